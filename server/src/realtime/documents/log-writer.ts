import { databaseErrorIn } from "../../database/classify.ts";
import type { SqlValue } from "../../database/lease.ts";
import type { DatabasePool } from "../../database/pool.ts";
import { inTransaction } from "../../database/transaction.ts";

/** What one room wants kept, all or nothing. */
export interface Entry {
  readonly document: string;
  readonly tenant: string;
  /** the number of the first update */
  readonly from: number;
  readonly updates: ReadonlyArray<{
    readonly bytes: Uint8Array;
    readonly account: string;
    readonly device: string;
  }>;
  readonly clients: ReadonlyArray<readonly [client: number, account: string]>;
  /** ms */
  readonly at: number;
}

/** `moved`: another server has written this document meanwhile, so the numbers are taken. */
export type Kept = "kept" | "moved";

interface Waiting {
  readonly entry: Entry;
  readonly resolve: (kept: Kept) => void;
  readonly reject: (error: unknown) => void;
}

/** rows and bytes of one flush at most */
const MOST_ROWS = 512;
const MOST_BYTES = 1_048_576;

/**
 * Keeps what rooms want kept: whatever waits while one transaction commits goes together in the next one, without a timer. So a lone update never waits, and
 * many cost one commit.
 */
export class LogWriter {
  readonly #pool: DatabasePool;
  readonly #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;

  constructor(pool: DatabasePool) {
    this.#pool = pool;
  }

  keep(entry: Entry): Promise<Kept> {
    const { promise, resolve, reject } = Promise.withResolvers<Kept>();
    this.#waiting.push({ entry, resolve, reject });
    this.#flushing ??= this.#flush();
    return promise;
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) await this.#flushOnce(this.#take());
    this.#flushing = undefined;
  }

  #take(): readonly Waiting[] {
    const batch: Waiting[] = [];
    let rows = 0;
    let bytes = 0;
    for (const { entry } of this.#waiting) {
      rows += entry.updates.length;
      bytes += entry.updates.reduce((sum, update) => sum + update.bytes.length, 0);
      if (batch.length > 0 && (rows > MOST_ROWS || bytes > MOST_BYTES)) break;
      const next = this.#waiting[batch.length];
      if (next !== undefined) batch.push(next);
    }
    this.#waiting.splice(0, batch.length);
    return batch;
  }

  async #flushOnce(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(batch.map(({ entry }) => entry));
      for (const { resolve } of batch) resolve("kept");
    } catch (error) {
      const taken = databaseErrorIn(error)?.code === "duplicate";
      if (!taken) for (const { reject } of batch) reject(error);
      else if (batch.length === 1) batch[0]?.resolve("moved");
      // One of them is late: each by itself, so that the others are not.
      else for (const each of batch) await this.#flushOnce([each]);
    }
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    const updates = entries.flatMap(updateRows);
    const clients = entries.flatMap(clientRows);
    await inTransaction(this.#pool, async (tx) => {
      await tx.write(
        `INSERT INTO document_update (document_id, seq, tenant_id, account_id, device_id, bytes, written_at) VALUES ?`,
        [updates],
      );
      if (clients.length > 0)
        await tx.write(
          "INSERT INTO document_client (document_id, client_id, account_id, bound_at) VALUES ?",
          [clients],
        );
    });
  }
}

function updateRows({ document, tenant, from, updates, at }: Entry): ReadonlyArray<readonly SqlValue[]> {
  return updates.map(({ bytes, account, device }, index) => [
    document,
    from + index,
    tenant,
    account,
    device,
    Buffer.from(bytes),
    at,
  ]);
}

function clientRows({ document, clients, at }: Entry): ReadonlyArray<readonly SqlValue[]> {
  return clients.map(([client, account]) => [document, client, account, at]);
}
