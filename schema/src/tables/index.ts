/**
 * The tables of the database. For the server only: a client never imports them.
 *
 * @packageDocumentation
 */
export * from "./accounts.ts";
export * from "./archive.ts";
export * from "./attachments.ts";
export * from "./calendar.ts";
export * from "./care.ts";
export * from "./chat.ts";
export * from "./documents.ts";
export * from "./notices.ts";
export * from "./streams.ts";
