import { index, int, mysqlTable, primaryKey, tinyint } from "drizzle-orm/mysql-core";
import { big, entityId, mediumBytes, word } from "./columns.ts";

/** A photo or a voice note of a conversation, from its first byte on. The file itself is in the storage as soon as it is whole. */
export const attachment = mysqlTable(
  "attachment",
  {
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    /** who sends it */
    accountId: entityId("account_id").notNull(),
    /** the appointment */
    conversationId: entityId("conversation_id").notNull(),
    /** photo, voice */
    kind: word("kind").notNull(),
    /** what its sender said it is; once it is ready its first bytes have said the same */
    type: word("type").notNull(),
    /** of the file, without the thumbnail */
    size: int("size").notNull(),
    /** how many bytes come first that are a thumbnail */
    thumbnailSize: int("thumbnail_size").notNull(),
    /** base64url SHA-256 of the file: what its sender said, and, once it is ready, what it is */
    digest: word("digest"),
    /** how many bytes have arrived, thumbnail included */
    received: int("received").notNull(),
    /** arriving, ready, refused; going: its files are being removed */
    status: word("status").notNull(),
    /** what was checked of what has arrived: 0 nothing, 1 the thumbnail, 2 the file's first bytes as well */
    checked: tinyint("checked").notNull(),
    /** why it was refused: a problem's code */
    why: word("why"),
    /** 1: a message of its sender's was seen to name it */
    named: tinyint("named").notNull(),
    /** what those who take part have still to be told of: 1 the thumbnail is there, 2 the file is; null: nothing */
    untold: tinyint("untold"),
    /** when it began, or its last bytes came: ms */
    createdAt: big("created_at").notNull(),
  },
  (t) => [
    index("attachment_conversation").on(t.conversationId),
    index("attachment_old").on(t.named, t.createdAt),
    index("attachment_untold").on(t.untold),
  ],
);

/** What has arrived of an upload that is not whole: here, so that any server process can go on where another left off. */
export const attachmentPart = mysqlTable(
  "attachment_part",
  {
    attachmentId: entityId("attachment_id").notNull(),
    /** the place of its first byte in the upload */
    start: int("start_at").notNull(),
    content: mediumBytes("content").notNull(),
  },
  (t) => [primaryKey({ columns: [t.attachmentId, t.start] })],
);

/** What attachments come to: of a conversation altogether, of an account for each day. Who begins an upload waits for this row, so two at once cannot both be the last that fits. */
export const attachmentTotal = mysqlTable(
  "attachment_total",
  {
    /** the conversation or the account */
    who: entityId("who").notNull(),
    /** `2026-11-29`; `all` of a conversation */
    day: word("day").notNull(),
    files: int("files").notNull(),
    bytes: big("bytes").notNull(),
  },
  (t) => [primaryKey({ columns: [t.who, t.day] }), index("attachment_total_day").on(t.day)],
);
