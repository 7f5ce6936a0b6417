-- Conversations that were taken away, until all that was in them is gone as well.
CREATE TABLE `removed_conversation` (
	`id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`removed_at` bigint NOT NULL,
	CONSTRAINT `removed_conversation_id` PRIMARY KEY(`id`)
);
