import type { EntityId } from "@healthbridge/schema";
import { message } from "@healthbridge/schema/tables";
import { and, inArray, isNotNull } from "drizzle-orm";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import type { ReadDrizzle } from "../database/statements.ts";
import type { AttachmentRow } from "./attachment-rows.ts";

/** Says which of some attachments a message names. */
export type Named = (
  rows: ReadonlyArray<Pick<AttachmentRow, "id" | "accountId" | "conversationId">>,
) => Promise<ReadonlySet<EntityId>>;

/**
 * Which of these attachments a message of their own conversation names that their sender wrote, on whatever device: what she withdrew comes back to nobody who has kept its id. A message that was
 * withdrawn names nothing any more.
 */
export async function namedAttachments(
  pool: DatabasePool,
  rows: Parameters<Named>[0],
): Promise<ReadonlySet<EntityId>> {
  return new Set((await namingMessages(pool, rows)).keys());
}

/** The same, and by which message each is named. */
export async function namingMessages(
  pool: DatabasePool,
  rows: Parameters<Named>[0],
): Promise<ReadonlyMap<EntityId, EntityId>> {
  if (rows.length === 0) return new Map();
  return read(pool, ({ drizzle }) => namingIn(drizzle, rows));
}

/** The same, as a connection sees it that is there already. */
export async function namingIn(
  db: ReadDrizzle,
  rows: Parameters<Named>[0],
): Promise<ReadonlyMap<EntityId, EntityId>> {
  const conversations = rows.map(({ conversationId }) => conversationId);
  const found = await db
    .select({
      id: message.id,
      conversation: message.conversationId,
      account: message.accountId,
      attachments: message.attachments,
    })
    .from(message)
    .where(and(inArray(message.conversationId, conversations), isNotNull(message.attachments)));
  // Of several the first: by one message the others hear of all that has arrived.
  const naming = new Map(
    found
      .toReversed()
      .flatMap(({ id, conversation, account, attachments }) =>
        (attachments ?? "").split(",").map((named) => [`${conversation} ${account} ${named}`, id] as const),
      ),
  );
  return new Map(
    rows.flatMap(({ id, accountId, conversationId }) => {
      const by = naming.get(`${conversationId} ${accountId} ${id}`);
      return by === undefined ? [] : [[id, by] as const];
    }),
  );
}
