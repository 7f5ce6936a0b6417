-- Documents of consultations: a log of what was written, who writes under which id of Yjs, and snapshots.
CREATE TABLE `document_update` (
	`document_id` varchar(34) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`seq` bigint NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`device_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`bytes` mediumblob NOT NULL,
	`written_at` bigint NOT NULL,
	CONSTRAINT `document_update_document_id_seq_pk` PRIMARY KEY(`document_id`,`seq`)
);
--> statement-breakpoint
CREATE TABLE `document_client` (
	`document_id` varchar(34) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`client_id` bigint NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`bound_at` bigint NOT NULL,
	CONSTRAINT `document_client_document_id_client_id_pk` PRIMARY KEY(`document_id`,`client_id`)
);
--> statement-breakpoint
CREATE TABLE `document_snapshot` (
	`document_id` varchar(34) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`seq` bigint NOT NULL,
	`piece` int NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`bytes` mediumblob NOT NULL,
	CONSTRAINT `document_snapshot_document_id_seq_piece_pk` PRIMARY KEY(`document_id`,`seq`,`piece`)
);
--> statement-breakpoint
CREATE INDEX `document_update_written` ON `document_update` (`written_at`);
