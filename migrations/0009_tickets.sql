-- Tickets that open sockets. A row is there until it is used or over: whoever takes it away has used it, whichever server process that is.
CREATE TABLE `ticket` (
	`digest` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tenant_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`account_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`device_id` varchar(27) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`purpose` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`origin` varchar(255) CHARACTER SET ascii COLLATE ascii_bin,
	`expires_at` bigint NOT NULL,
	CONSTRAINT `ticket_digest` PRIMARY KEY(`digest`)
);
--> statement-breakpoint
CREATE INDEX `ticket_over` ON `ticket` (`expires_at`);
