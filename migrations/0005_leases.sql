-- Drafted with drizzle-kit, put in order by hand. What a device has confirmed without a network stands, even where the patient has agreed to something else at that time meanwhile: it keeps
-- the doctor's time then and none of the patient's, so which time of hers is kept is worked out anew.
ALTER TABLE `appointment` DROP FOREIGN KEY `appointment_patient_first`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP INDEX `appointment_patient_first`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP COLUMN `first_cell`;
--> statement-breakpoint
ALTER TABLE `appointment` DROP COLUMN `last_cell`;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `patient_busy` int;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `first_cell` int GENERATED ALWAYS AS (CASE WHEN status IN ('pending','booked','arrived','fulfilled','noshow') AND queue_number IS NULL AND patient_busy IS NULL THEN start_at DIV 300000 END) STORED;
--> statement-breakpoint
ALTER TABLE `appointment` ADD `last_cell` int GENERATED ALWAYS AS (CASE WHEN status IN ('pending','booked','arrived','fulfilled','noshow') AND queue_number IS NULL AND patient_busy IS NULL THEN (start_at + minutes * 60000) DIV 300000 - 1 END) STORED;
--> statement-breakpoint
ALTER TABLE `appointment` ADD CONSTRAINT `appointment_patient_first` FOREIGN KEY (`patient_id`,`first_cell`,`id`) REFERENCES `busy_time`(`who`,`cell`,`appointment_id`) ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- Times of a day that a clinic's device has to itself.
ALTER TABLE `day_sheet` ADD `leased` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
