import type { EntityId } from "@healthbridge/schema";
import { message } from "@healthbridge/schema/tables";
import { and, inArray, isNotNull } from "drizzle-orm";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
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
  const found = await read(pool, ({ drizzle }) =>
    drizzle
      .select({ conversation: message.conversationId, attachments: message.attachments })
      .from(message)
      .where(
        and(
          inArray(
            message.conversationId,
            rows.map(({ conversationId }) => conversationId),
          ),
          isNotNull(message.attachments),
        ),
      ),
  );
  const named = new Set(
    found.flatMap(({ conversation, attachments }) =>
      (attachments ?? "").split(",").map((id) => `${conversation} ${id}`),
    ),
  );
  return new Set(
    rows.filter(({ id, conversationId }) => named.has(`${conversationId} ${id}`)).map(({ id }) => id),
  );
}
