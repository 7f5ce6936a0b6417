import { index, int, mysqlTable, primaryKey } from "drizzle-orm/mysql-core";
import { big, documentId, entityId, mediumBytes, word } from "./columns.ts";

/**
 * What was written into a document, in the order in which it was decided: updates of Yjs (version 1), each exactly what it added. The primary key is what makes two
 * servers that write at once safe: the later one finds its number taken.
 */
export const documentUpdate = mysqlTable(
  "document_update",
  {
    /** `<conversation>.<kind>` */
    documentId: documentId("document_id").notNull(),
    /** 1, 2, 3 … without a gap */
    seq: big("seq").notNull(),
    tenantId: word("tenant_id").notNull(),
    /** who sent it, from which device: the session's word, not the update's */
    accountId: entityId("account_id").notNull(),
    deviceId: entityId("device_id").notNull(),
    bytes: mediumBytes("bytes").notNull(),
    /** ms since 1970, the server's clock */
    writtenAt: big("written_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.documentId, t.seq] }), index("document_update_written").on(t.writtenAt)],
);

/** Which account writes under an id that Yjs drew: whoever used it first. */
export const documentClient = mysqlTable(
  "document_client",
  {
    documentId: documentId("document_id").notNull(),
    /** up to 32 bits */
    clientId: big("client_id").notNull(),
    accountId: entityId("account_id").notNull(),
    /** ms since 1970 */
    boundAt: big("bound_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.documentId, t.clientId] })],
);

/** All of a document up to a number (Yjs, version 2), in pieces, so that no statement is large. The newest counts. */
export const documentSnapshot = mysqlTable(
  "document_snapshot",
  {
    documentId: documentId("document_id").notNull(),
    /** updates up to here are in it */
    seq: big("seq").notNull(),
    piece: int("piece").notNull(),
    tenantId: word("tenant_id").notNull(),
    bytes: mediumBytes("bytes").notNull(),
  },
  (t) => [primaryKey({ columns: [t.documentId, t.seq, t.piece] })],
);
