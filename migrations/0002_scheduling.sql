-- Drafted with drizzle-kit, put in order by hand. An appointment can stand beside others on purpose, in a queue, or in a group session: which time it keeps to itself is worked out anew,
-- so the keys that lean on it go first, with the indexes that came with them.
ALTER TABLE `appointment` DROP FOREIGN KEY `appointment_doctor_first`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP FOREIGN KEY `appointment_doctor_last`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP FOREIGN KEY `appointment_patient_first`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP INDEX `appointment_doctor_first`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP INDEX `appointment_doctor_last`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP INDEX `appointment_patient_first`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP CONSTRAINT `appointment_on_step`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP COLUMN `first_cell`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP COLUMN `last_cell`;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `cancelled_by` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `visit` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `urgency` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `until_at` bigint;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `awaits` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `held_by` varchar(27) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `wants_from` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `wants_to` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `wants_part` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `wants_since` bigint;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `wants_until` bigint;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `overbooked` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `queue_number` int;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `places` int;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `session_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `seat` int;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `first_cell` int GENERATED ALWAYS AS (CASE WHEN status IN ('pending','booked','arrived','fulfilled','noshow') AND queue_number IS NULL THEN start_at DIV 300000 END) STORED;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `last_cell` int GENERATED ALWAYS AS (CASE WHEN status IN ('pending','booked','arrived','fulfilled','noshow') AND queue_number IS NULL THEN (start_at + minutes * 60000) DIV 300000 - 1 END) STORED;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `doctor_first_cell` int GENERATED ALWAYS AS (CASE WHEN status IN ('pending','booked','arrived','fulfilled','noshow') AND queue_number IS NULL AND overbooked IS NULL THEN start_at DIV 300000 END) STORED;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `doctor_last_cell` int GENERATED ALWAYS AS (CASE WHEN status IN ('pending','booked','arrived','fulfilled','noshow') AND queue_number IS NULL AND overbooked IS NULL THEN (start_at + minutes * 60000) DIV 300000 - 1 END) STORED;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `owner_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin GENERATED ALWAYS AS (COALESCE(session_id, id)) STORED;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `taken_seat` int GENERATED ALWAYS AS (CASE WHEN status IN ('pending','booked','arrived','fulfilled','noshow') AND queue_number IS NULL AND overbooked IS NULL THEN seat END) STORED;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `open_until` bigint GENERATED ALWAYS AS (CASE WHEN status IN ('pending','waitlist') THEN until_at END) STORED;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `waits_for` varchar(27) CHARACTER SET ascii COLLATE ascii_bin GENERATED ALWAYS AS (CASE WHEN status = 'waitlist' THEN doctor_id END) STORED;
--> statement-breakpoint
-- Whoever came without an appointment came at any minute, and waited for may be any start that was asked for.
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_on_steps` CHECK (queue_number IS NOT NULL OR status IN ('waitlist','cancelled','expired') OR (start_at % 300000 = 0 AND minutes > 0 AND minutes % 5 = 0));
--> statement-breakpoint
-- The database itself refuses a second appointment at a doctor's or a patient's time, and a second one in a place of a group session.
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_seat` UNIQUE(`session_id`,`taken_seat`);
--> statement-breakpoint
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_seats` CHECK (seat BETWEEN 1 AND places);
--> statement-breakpoint
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_owner_first` FOREIGN KEY (`doctor_id`,`doctor_first_cell`,`owner_id`) REFERENCES `busy_time`(`who`,`cell`,`appointment_id`) ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_owner_last` FOREIGN KEY (`doctor_id`,`doctor_last_cell`,`owner_id`) REFERENCES `busy_time`(`who`,`cell`,`appointment_id`) ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_patient_first` FOREIGN KEY (`patient_id`,`first_cell`,`id`) REFERENCES `busy_time`(`who`,`cell`,`appointment_id`) ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX `appointment_open` ON `appointment` (`open_until`);
--> statement-breakpoint
CREATE INDEX `appointment_waiting` ON `appointment` (`waits_for`,`wants_to`);
--> statement-breakpoint
CREATE INDEX `appointment_held` ON `appointment` (`held_by`);
--> statement-breakpoint
CREATE INDEX `appointment_status` ON `appointment` (`status`,`start_at`);
--> statement-breakpoint
ALTER TABLE `clinic` ADD `holidays` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
--> statement-breakpoint
ALTER TABLE `day_sheet` ADD `held` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
--> statement-breakpoint
ALTER TABLE `day_sheet` ADD `queue_number` int;
--> statement-breakpoint
ALTER TABLE `doctor` ADD `rules` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
--> statement-breakpoint
-- Finished appointments that were put away.
CREATE TABLE `appointment_archive` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`patient_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`start_at` bigint NOT NULL,
	`entity` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	CONSTRAINT `appointment_archive_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE INDEX `appointment_archive_patient` ON `appointment_archive` (`patient_id`);
