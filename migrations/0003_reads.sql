CREATE TABLE `calendar_link` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`device_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`doctor_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin,
	`patient_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin,
	`names` tinyint NOT NULL,
	`status` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`digest` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`made_at` bigint NOT NULL,
	CONSTRAINT `calendar_link_id` PRIMARY KEY(`id`),
	CONSTRAINT `calendar_link_digest` UNIQUE(`digest`)
);
--> statement-breakpoint
DROP INDEX `doctor_clinic` ON `doctor`;--> statement-breakpoint
ALTER TABLE `doctor` ADD `fee_amount` bigint;--> statement-breakpoint
ALTER TABLE `doctor` ADD `fee_currency` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
CREATE INDEX `calendar_link_account` ON `calendar_link` (`account_id`,`made_at`);--> statement-breakpoint
CREATE INDEX `appointment_doctor_start` ON `appointment` (`doctor_id`,`start_at`);--> statement-breakpoint
CREATE INDEX `clinic_name` ON `clinic` (`tenant_id`,`name`);--> statement-breakpoint
CREATE INDEX `doctor_search` ON `doctor` (`clinic_id`,`specialities`,`languages`,`fee_currency`,`fee_amount`,`tenant_id`);--> statement-breakpoint
CREATE INDEX `doctor_name` ON `doctor` (`tenant_id`,`name`);