-- The first tables. Made with drizzle-kit, then read and put in order: unique keys come before the foreign keys that lean on them.
CREATE TABLE `account` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`login` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	`role` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`doctor_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin,
	`language` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`status` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`password_hash` varchar(255) CHARACTER SET ascii COLLATE ascii_bin,
	CONSTRAINT `account_id` PRIMARY KEY(`id`),
	CONSTRAINT `account_login` UNIQUE(`tenant_id`,`login`),
	CONSTRAINT `account_doctor` UNIQUE(`doctor_id`)
);
--> statement-breakpoint
CREATE TABLE `account_clinic` (
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`clinic_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	CONSTRAINT `account_clinic_account_id_clinic_id_pk` PRIMARY KEY(`account_id`,`clinic_id`)
);
--> statement-breakpoint
CREATE TABLE `device` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	`status` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`last_seen_at` bigint NOT NULL,
	CONSTRAINT `device_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `session` (
	`id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`device_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`generation` bigint NOT NULL,
	`current_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`previous_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`nonce_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`created_at` bigint NOT NULL,
	`used_at` bigint NOT NULL,
	`expires_at` bigint NOT NULL,
	`ended_at` bigint,
	`ended_why` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	CONSTRAINT `session_id` PRIMARY KEY(`id`),
	CONSTRAINT `session_sign_in` UNIQUE(`current_hash`)
);
--> statement-breakpoint
CREATE TABLE `tenant` (
	`id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	CONSTRAINT `tenant_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `appointment` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`doctor_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`clinic_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`patient_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`start_at` bigint NOT NULL,
	`offset_minutes` int NOT NULL,
	`minutes` int NOT NULL,
	`zone` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`status` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`reason` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	`cancel_reason` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	`first_cell` int GENERATED ALWAYS AS (CASE WHEN status IN ('pending','booked','arrived','fulfilled','noshow') THEN start_at DIV 300000 END) STORED,
	`last_cell` int GENERATED ALWAYS AS (CASE WHEN status IN ('pending','booked','arrived','fulfilled','noshow') THEN (start_at + minutes * 60000) DIV 300000 - 1 END) STORED,
	CONSTRAINT `appointment_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `availability` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`plan` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	`sheets_until` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	CONSTRAINT `availability_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `busy_time` (
	`who` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`cell` int NOT NULL,
	`appointment_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	CONSTRAINT `busy_time_who_cell_pk` PRIMARY KEY(`who`,`cell`),
	CONSTRAINT `busy_time_owner` UNIQUE(`who`,`cell`,`appointment_id`)
);
--> statement-breakpoint
CREATE TABLE `clinic` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	`code` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	`level` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	`type` varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	`owner` varchar(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	`county` varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	`ward` varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	`lat` double,
	`lng` double,
	`zone` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	CONSTRAINT `clinic_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `day_sheet` (
	`id` varchar(38) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`doctor_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`date` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`zone` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`runs` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	`free` int NOT NULL,
	CONSTRAINT `day_sheet_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `doctor` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	`clinic_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`specialities` varchar(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	`languages` varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	CONSTRAINT `doctor_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `patient` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin,
	`clinic_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin,
	`born` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`sex` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`phone` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`language` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`village` varchar(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	`card_number` varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	CONSTRAINT `patient_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `feed` (
	`handle` bigint AUTO_INCREMENT NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`number` bigint NOT NULL,
	`horizon` bigint NOT NULL,
	CONSTRAINT `feed_handle` PRIMARY KEY(`handle`),
	CONSTRAINT `feed_name` UNIQUE(`tenant_id`,`name`)
);
--> statement-breakpoint
CREATE TABLE `feed_entry` (
	`feed` bigint NOT NULL,
	`kind` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`entity_id` varchar(38) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`number` bigint NOT NULL,
	`gone` tinyint NOT NULL,
	`origin` varchar(16) CHARACTER SET ascii COLLATE ascii_bin,
	`other_number` bigint NOT NULL,
	`changed_at` bigint NOT NULL,
	CONSTRAINT `feed_entry_feed_kind_entity_id_pk` PRIMARY KEY(`feed`,`kind`,`entity_id`)
);
--> statement-breakpoint
CREATE TABLE `operation` (
	`stream_id` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`number` bigint NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`type` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`fingerprint` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`input` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	`applied` tinyint NOT NULL,
	`outcome` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	`made_at` bigint NOT NULL,
	`decided_at` bigint NOT NULL,
	CONSTRAINT `operation_stream_id_number_pk` PRIMARY KEY(`stream_id`,`number`)
);
--> statement-breakpoint
CREATE TABLE `server_state` (
	`name` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`value` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	CONSTRAINT `server_state_name` PRIMARY KEY(`name`)
);
--> statement-breakpoint
CREATE TABLE `stream` (
	`id` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`device_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin,
	`settled` bigint NOT NULL,
	`pruned_through` bigint NOT NULL,
	`durable_through` bigint NOT NULL,
	`touched_at` bigint NOT NULL,
	CONSTRAINT `stream_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE INDEX `device_account` ON `device` (`account_id`);
--> statement-breakpoint
CREATE INDEX `session_device` ON `session` (`device_id`);
--> statement-breakpoint
CREATE INDEX `session_account` ON `session` (`account_id`);
--> statement-breakpoint
CREATE INDEX `availability_until` ON `availability` (`sheets_until`);
--> statement-breakpoint
CREATE INDEX `busy_time_appointment` ON `busy_time` (`appointment_id`);
--> statement-breakpoint
CREATE INDEX `clinic_position` ON `clinic` (`tenant_id`,`lat`,`lng`);
--> statement-breakpoint
CREATE INDEX `day_sheet_date` ON `day_sheet` (`doctor_id`,`date`);
--> statement-breakpoint
CREATE INDEX `doctor_clinic` ON `doctor` (`clinic_id`);
--> statement-breakpoint
CREATE INDEX `patient_account` ON `patient` (`account_id`);
--> statement-breakpoint
CREATE INDEX `patient_clinic` ON `patient` (`clinic_id`);
--> statement-breakpoint
CREATE INDEX `feed_entry_number` ON `feed_entry` (`feed`,`number`);
--> statement-breakpoint
CREATE INDEX `feed_entry_entity` ON `feed_entry` (`kind`,`entity_id`);
--> statement-breakpoint
CREATE INDEX `operation_decided` ON `operation` (`decided_at`);
--> statement-breakpoint
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_doctor_first` FOREIGN KEY (`doctor_id`,`first_cell`,`id`) REFERENCES `busy_time`(`who`,`cell`,`appointment_id`);
--> statement-breakpoint
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_doctor_last` FOREIGN KEY (`doctor_id`,`last_cell`,`id`) REFERENCES `busy_time`(`who`,`cell`,`appointment_id`);
--> statement-breakpoint
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_patient_first` FOREIGN KEY (`patient_id`,`first_cell`,`id`) REFERENCES `busy_time`(`who`,`cell`,`appointment_id`);
--> statement-breakpoint
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_on_step` CHECK (start_at % 300000 = 0 AND minutes > 0 AND minutes % 5 = 0);
--> statement-breakpoint
INSERT INTO `server_state` (`name`, `value`) VALUES ('epoch', '1');
