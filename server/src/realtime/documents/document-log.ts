import { databaseErrorIn } from "../../database/classify.ts";
import type { DatabasePool } from "../../database/pool.ts";
import { read, type Reader } from "../../database/read.ts";
import { inTransaction } from "../../database/transaction.ts";
import { ROOM_LIMITS } from "./limits.ts";

/** One stored update. */
export interface StoredUpdate {
  readonly seq: number;
  readonly account: string;
  /** ms */
  readonly since: number;
  readonly update: Uint8Array;
}

/** All that is stored of a document, up to its newest update. */
export interface StoredDocument {
  /** updates up to here are in the snapshot; 0: there is none */
  readonly snapshotSeq: number;
  readonly snapshot: Uint8Array | undefined;
  /** those behind it, and those behind what was asked for */
  readonly updates: readonly StoredUpdate[];
  readonly owners: ReadonlyArray<readonly [client: number, account: string, since: number]>;
}

interface UpdateRow {
  readonly seq: number;
  readonly account: string;
  readonly since: number;
  readonly bytes: Buffer;
}

/** Reads documents as they are stored. */
export class DocumentLog {
  readonly #pool: DatabasePool;

  constructor(pool: DatabasePool) {
    this.#pool = pool;
  }

  /** @param delivered updates behind this one are wanted as well, whatever the snapshot holds */
  load(document: string, delivered = Infinity): Promise<StoredDocument> {
    return read(this.#pool, async (reader) => {
      // Each read sees its own moment: what comes later sees more, never less.
      const { seq: snapshotSeq, bytes: snapshot } = await newestSnapshot(reader, document);
      const updates = await updatesBehind(reader, document, Math.min(snapshotSeq, delivered));
      const owners = await reader.query<{ client: number; account: string; since: number }>(
        "SELECT client_id AS client, account_id AS account, bound_at AS since FROM document_client WHERE document_id = ?",
        [document],
      );
      return {
        snapshotSeq,
        snapshot,
        updates,
        owners: owners.map(({ client, account, since }) => [client, account, since] as const),
      };
    });
  }

  behind(document: string, seq: number): Promise<readonly StoredUpdate[]> {
    return read(this.#pool, (reader) => updatesBehind(reader, document, seq));
  }

  /** The newest number of each of these documents that has any. */
  async heads(documents: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await read(this.#pool, (reader) =>
      reader.query<{ document: string; head: number }>(
        "SELECT document_id AS document, MAX(seq) AS head FROM document_update WHERE document_id IN (?) GROUP BY document_id",
        [documents],
      ),
    );
    return new Map(rows.map(({ document, head }) => [document, head]));
  }

  /**
   * Keeps a snapshot and lets go of older ones. Another server may have kept one up to the same number, perhaps in other words: its pieces and these must not be
   * mixed, so the first one there stays.
   */
  async keepSnapshot(tenant: string, document: string, seq: number, bytes: Uint8Array): Promise<void> {
    try {
      await inTransaction(this.#pool, async (tx) => {
        for (const [piece, part] of pieces(bytes).entries())
          await tx.write(
            "INSERT INTO document_snapshot (document_id, seq, piece, tenant_id, bytes) VALUES ?",
            [[[document, seq, piece, tenant, part]]],
          );
        await tx.write("DELETE FROM document_snapshot WHERE document_id = ? AND seq < ?", [document, seq]);
      });
    } catch (error) {
      if (databaseErrorIn(error)?.code !== "duplicate") throw error;
    }
  }
}

async function newestSnapshot(
  reader: Reader,
  document: string,
): Promise<{ readonly seq: number; readonly bytes: Uint8Array | undefined }> {
  const rows = await reader.query<{ seq: number; bytes: Buffer }>(
    `SELECT seq, bytes FROM document_snapshot WHERE document_id = ?
       AND seq = (SELECT MAX(s.seq) FROM document_snapshot s WHERE s.document_id = ?) ORDER BY piece`,
    [document, document],
  );
  const [first] = rows;
  if (first === undefined) return { seq: 0, bytes: undefined };
  return { seq: first.seq, bytes: Buffer.concat(rows.map(({ bytes }) => bytes)) };
}

async function updatesBehind(
  reader: Reader,
  document: string,
  seq: number,
): Promise<readonly StoredUpdate[]> {
  const rows = await reader.query<UpdateRow>(
    `SELECT seq, account_id AS account, written_at AS since, bytes FROM document_update
     WHERE document_id = ? AND seq > ? ORDER BY seq`,
    [document, seq],
  );
  return rows.map(({ bytes, ...row }) => ({ ...row, update: bytes }));
}

function pieces(bytes: Uint8Array): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += ROOM_LIMITS.pieceBytes)
    parts.push(Buffer.from(bytes.subarray(at, at + ROOM_LIMITS.pieceBytes)));
  return parts;
}
