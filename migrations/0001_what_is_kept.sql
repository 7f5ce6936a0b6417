-- What a device foresaw of an operation that came to it: who sends the same and foresaw something else is told so, however often it asks.
ALTER TABLE `operation` ADD `sum` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;
--> statement-breakpoint
-- What stays of operations whose rows are pruned, so that another operation under such a number is known for what it is.
CREATE TABLE `pruned_marks` (
	`stream_id` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`marks` mediumtext CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	CONSTRAINT `pruned_marks_stream_id` PRIMARY KEY(`stream_id`)
);
