import type { EntityId } from "@healthbridge/schema";
import { message } from "@healthbridge/schema/tables";
import { and, inArray, isNotNull } from "drizzle-orm";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import type { ReadDrizzle } from "../database/statements.ts";
import type { AttachmentRow } from "./attachment-rows.ts";

/** Says which of some attachments a message names. */
export type Named = (
  rows: ReadonlyArray<Pick<AttachmentRow, "id" | "conversationId">>,
) => Promise<ReadonlySet<EntityId>>;

/** Which of these attachments a message of their own conversation names. One that was withdrawn names nothing any more. */
export async function namedAttachments(
  pool: DatabasePool,
  rows: Parameters<Named>[0],
): Promise<ReadonlySet<EntityId>> {
  if (rows.length === 0) return new Set();
  return read(pool, ({ drizzle }) => namedIn(drizzle, rows));
}

/** The same, as a connection sees it that is there already. */
export async function namedIn(db: ReadDrizzle, rows: Parameters<Named>[0]): Promise<ReadonlySet<EntityId>> {
  const conversations = rows.map(({ conversationId }) => conversationId);
  const found = await db
    .select({ conversation: message.conversationId, attachments: message.attachments })
    .from(message)
    .where(and(inArray(message.conversationId, conversations), isNotNull(message.attachments)));
  const named = new Set(
    found.flatMap(({ conversation, attachments }) =>
      (attachments ?? "").split(",").map((id) => `${conversation} ${id}`),
    ),
  );
  return new Set(
    rows.filter(({ id, conversationId }) => named.has(`${conversationId} ${id}`)).map(({ id }) => id),
  );
}
