-- Photos and voice notes: what is known of each, what has arrived of those that are not whole, and what they come to.
CREATE TABLE `attachment` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`conversation_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`kind` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`type` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`size` int NOT NULL,
	`thumbnail_size` int NOT NULL,
	`digest` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`received` int NOT NULL,
	`status` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`checked` tinyint NOT NULL,
	`why` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`named` tinyint NOT NULL,
	`created_at` bigint NOT NULL,
	CONSTRAINT `attachment_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `attachment_part` (
	`attachment_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`start_at` int NOT NULL,
	`content` mediumblob NOT NULL,
	CONSTRAINT `attachment_part_attachment_id_start_at_pk` PRIMARY KEY(`attachment_id`,`start_at`)
);
--> statement-breakpoint
CREATE TABLE `attachment_total` (
	`who` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`day` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`files` int NOT NULL,
	`bytes` bigint NOT NULL,
	CONSTRAINT `attachment_total_who_day_pk` PRIMARY KEY(`who`,`day`)
);
--> statement-breakpoint
CREATE INDEX `attachment_conversation` ON `attachment` (`conversation_id`);
--> statement-breakpoint
CREATE INDEX `attachment_old` ON `attachment` (`named`,`created_at`);
--> statement-breakpoint
CREATE INDEX `attachment_total_day` ON `attachment_total` (`day`);
--> statement-breakpoint
-- What a message names, by the ids of its attachments.
ALTER TABLE `message` ADD `attachments` varchar(111) CHARACTER SET ascii COLLATE ascii_bin;
