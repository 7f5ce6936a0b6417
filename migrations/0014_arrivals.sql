-- What has arrived of what messages name, and who is still to be told of it.
ALTER TABLE `attachment` ADD `untold` tinyint;
--> statement-breakpoint
CREATE INDEX `attachment_untold` ON `attachment` (`untold`);
--> statement-breakpoint
ALTER TABLE `message` ADD `thumbnails` varchar(111) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `message` ADD `arrived` varchar(111) CHARACTER SET ascii COLLATE ascii_bin;
