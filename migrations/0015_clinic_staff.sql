-- Who works for a clinic: asked whenever somebody types, looks or calls in a conversation.
CREATE INDEX `account_clinic_clinic` ON `account_clinic` (`clinic_id`);
