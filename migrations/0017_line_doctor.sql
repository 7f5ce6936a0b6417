-- Which doctor wrote a line. Lines that are there already say nothing of it: devices that hold them would not be told.
ALTER TABLE `message` ADD `doctor_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin;
