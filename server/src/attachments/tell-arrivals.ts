import type { EntityId, InputOf } from "@healthbridge/schema";
import { attachment } from "@healthbridge/schema/tables";
import { and, asc, eq, isNotNull } from "drizzle-orm";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction } from "../database/transaction.ts";
import { countRows, type Job } from "../jobs/job.ts";
import { type JobOperation, type ServerStreamParts, writeAsServer } from "../jobs/server-stream.ts";
import { type AttachmentRow, FILE_UNTOLD } from "./attachment-rows.ts";
import { namingMessages } from "./named-attachments.ts";

/** The job's name, by which it is woken when something arrives. */
export const TELL_ARRIVALS = "tell of attachments";

const AT_ONCE = 50;

/** An arrival, and the message by which those who take part hear of it. */
interface Arrival {
  readonly row: AttachmentRow;
  readonly message: EntityId | undefined;
}

/**
 * Tells those who take part in a conversation that what a message names has arrived, as an operation on that message. What arrives before its message is written is told to nobody: who sees the
 * message then finds it there.
 */
export function tellArrivalsJob(parts: ServerStreamParts): Job {
  const { pool } = parts;
  return {
    name: TELL_ARRIVALS,
    schedule: "* * * * *",
    atStart: true,
    due: () => countRows(pool, "attachment WHERE untold IS NOT NULL", []),
    async run(signal) {
      let told = 0;
      for (const tenant of await tenantsWithNews(pool)) {
        const news = new News(pool, tenant);
        await writeAsServer(
          parts,
          { job: TELL_ARRIVALS, tenant, signal },
          () => news.next(),
          (outcomes, here) => {
            news.told();
            if (here) told += outcomes.length;
          },
        );
      }
      return { told };
    },
  };
}

/** What one tenant's people have still to be told of, batch by batch. */
class News {
  readonly #pool: DatabasePool;
  readonly #tenant: string;
  #asked: readonly AttachmentRow[] = [];
  #told: readonly AttachmentRow[] = [];

  constructor(pool: DatabasePool, tenant: string) {
    this.#pool = pool;
    this.#tenant = tenant;
  }

  /** The operations of the next batch, once what was told is noted as told. Who dies in between tells it again, which changes nothing. */
  async next(): Promise<readonly JobOperation[]> {
    await noteTold(this.#pool, this.#told);
    this.#told = [];
    for (;;) {
      const found = await arrivals(this.#pool, this.#tenant);
      const spoken = found.flatMap(({ row, message: id }) => (id === undefined ? [] : [{ row, id }]));
      await noteTold(
        this.#pool,
        found.flatMap(({ row, message: id }) => (id === undefined ? [row] : [])),
      );
      this.#asked = spoken.map(({ row }) => row);
      if (spoken.length > 0 || found.length === 0)
        return spoken.map(({ row, id }) => ({ type: "attachment.arrive", input: inputOf(row, id) }));
    }
  }

  told(): void {
    this.#told = this.#asked;
  }
}

function inputOf({ id, untold }: AttachmentRow, named: EntityId): InputOf<"attachment.arrive"> {
  return { message: named, attachment: id, what: untold === FILE_UNTOLD ? "file" : "thumbnail" };
}

async function tenantsWithNews(pool: DatabasePool): Promise<readonly string[]> {
  const rows = await read(pool, ({ drizzle }) =>
    drizzle
      .selectDistinct({ tenant: attachment.tenantId })
      .from(attachment)
      .where(isNotNull(attachment.untold)),
  );
  return rows.map(({ tenant }) => tenant);
}

async function arrivals(pool: DatabasePool, tenant: string): Promise<readonly Arrival[]> {
  const rows = await read(pool, ({ drizzle }) =>
    drizzle
      .select()
      .from(attachment)
      .where(and(isNotNull(attachment.untold), eq(attachment.tenantId, tenant)))
      .orderBy(asc(attachment.id))
      .limit(AT_ONCE),
  );
  const naming = await namingMessages(pool, rows);
  return rows.map((row) => ({ row, message: naming.get(row.id) }));
}

/** What has arrived meanwhile is still to be told. */
async function noteTold(pool: DatabasePool, rows: readonly AttachmentRow[]): Promise<void> {
  if (rows.length === 0) return;
  await inTransaction(pool, async (tx) => {
    for (const { id, untold } of rows) {
      if (untold === null) continue;
      await tx.drizzle
        .update(attachment)
        .set({ untold: null })
        .where(and(eq(attachment.id, id), eq(attachment.untold, untold)));
    }
  });
}
