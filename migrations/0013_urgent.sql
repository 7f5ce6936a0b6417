-- Of what urgent message somebody on call is to be told, and who.
ALTER TABLE `notice` ADD `message_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `notice` ADD `recipient` varchar(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
