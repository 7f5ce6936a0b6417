-- What patients are to be told of their appointments, written with the operations that are the cause of it.
CREATE TABLE `notice` (
	`id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`appointment_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`patient_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`kind` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`channel` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`start_at` bigint NOT NULL,
	`occasion` bigint NOT NULL,
	`status` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`next_at` bigint,
	`claim` int NOT NULL,
	`attempts` int NOT NULL,
	`sent_by` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`why` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`ended_at` bigint,
	CONSTRAINT `notice_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
-- Where browsers take push messages.
CREATE TABLE `push_subscription` (
	`device_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`endpoint_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`endpoint` varchar(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	`p256dh` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`auth` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	CONSTRAINT `push_subscription_device_id` PRIMARY KEY(`device_id`)
);
--> statement-breakpoint
-- How a patient can be reached, and by what she wishes to be.
ALTER TABLE `patient` ADD `email` varchar(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `patient` ADD `notices` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
CREATE INDEX `notice_next` ON `notice` (`next_at`);--> statement-breakpoint
CREATE INDEX `notice_appointment` ON `notice` (`appointment_id`);--> statement-breakpoint
CREATE INDEX `notice_ended` ON `notice` (`ended_at`);--> statement-breakpoint
CREATE INDEX `push_subscription_endpoint` ON `push_subscription` (`endpoint_hash`);