ALTER TABLE `conversation` ADD `trimmed_through` int NOT NULL DEFAULT 0;
