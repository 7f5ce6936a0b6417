import { encodeBase64Url, type StreamId } from "@healthbridge/schema";
import { createHash } from "node:crypto";
import type { Randomness } from "../adapters/randomness.ts";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction } from "../database/transaction.ts";

/** Streams the server itself writes and finds again: of an import, of the demo's seed, of a job. */
export interface FixedStreams {
  /** The stream of some words: the same words in the same database always name the same stream. */
  of(...words: readonly string[]): StreamId;
  /** How far a stream has settled; 0 for one that nobody has written to. */
  settled(stream: StreamId): Promise<number>;
}

const SALT = "stream-salt";
const SALT_BYTES = 24;
const STREAM_BYTES = 12;

/**
 * Opens the server's own streams. Their ids are made with a secret of this database: whoever could work them out would write into one first, and so
 * shut the server out of it.
 */
export async function openFixedStreams(pool: DatabasePool, randomness: Randomness): Promise<FixedStreams> {
  const salt = (await knownSalt(pool)) ?? (await drawSalt(pool, randomness));
  return {
    of: (...words) => {
      const hash = createHash("sha256").update(JSON.stringify([salt, ...words]));
      return encodeBase64Url(hash.digest().subarray(0, STREAM_BYTES));
    },
    async settled(stream) {
      const statement = "SELECT settled FROM stream WHERE id = ?";
      const [row] = await read(pool, (reader) => reader.query<{ settled: number }>(statement, [stream]));
      return row?.settled ?? 0;
    },
  };
}

/** The same, opened when they are first needed; that it failed is not remembered. */
export function fixedStreamsWhenNeeded(
  pool: DatabasePool,
  randomness: Randomness,
): () => Promise<FixedStreams> {
  let opened: Promise<FixedStreams> | undefined;
  return () => {
    opened ??= openFixedStreams(pool, randomness).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

async function knownSalt(pool: DatabasePool): Promise<string | undefined> {
  const statement = "SELECT value FROM server_state WHERE name = ?";
  const [row] = await read(pool, (reader) => reader.query<{ value: string }>(statement, [SALT]));
  return row?.value;
}

/** Of several servers that draw at once the first one's counts, for all. */
async function drawSalt(pool: DatabasePool, randomness: Randomness): Promise<string> {
  const drawn = encodeBase64Url(randomness.bytes(SALT_BYTES));
  await inTransaction(pool, (tx) =>
    tx.write("INSERT INTO server_state (name, value) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = name", [
      SALT,
      drawn,
    ]),
  );
  return (await knownSalt(pool)) ?? drawn;
}
