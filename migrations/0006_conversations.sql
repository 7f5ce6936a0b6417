CREATE TABLE `conversation` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`patient_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`doctor_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`line_count` int NOT NULL,
	`closed` tinyint,
	`patient_delivered` int,
	`patient_read` int,
	`doctor_delivered` int,
	`doctor_read` int,
	CONSTRAINT `conversation_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `message` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`conversation_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`line_number` int NOT NULL,
	`written_by` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`at` bigint NOT NULL,
	`text` varchar(2000) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	`reply_to` varchar(27) CHARACTER SET ascii COLLATE ascii_bin,
	`urgent` tinyint,
	`withdrawn` tinyint,
	CONSTRAINT `message_id` PRIMARY KEY(`id`),
	CONSTRAINT `message_number` UNIQUE(`conversation_id`,`line_number`)
);
--> statement-breakpoint
CREATE INDEX `conversation_patient` ON `conversation` (`patient_id`);--> statement-breakpoint
CREATE INDEX `conversation_doctor` ON `conversation` (`doctor_id`);