import { copyOfUpdates } from "../document-copy.ts";
import type { DocumentCopy } from "../history.ts";

/** A document as the tables have it. */
export interface DocumentRow {
  readonly document: string;
  readonly copy: DocumentCopy;
}

/** One statement at the database, past everything that is tested. */
export type Query = <Row>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

interface Bytes {
  readonly document_id: string;
  readonly seq: number;
  readonly bytes: Buffer;
}

/**
 * Puts documents together from their rows: the newest snapshot and the updates behind it.
 * @param only these; all where it is left out
 */
export async function readDocuments(query: Query, only?: readonly string[]): Promise<readonly DocumentRow[]> {
  if (only?.length === 0) return [];
  const where = only === undefined ? "" : "WHERE document_id IN (?)";
  const values = only === undefined ? [] : [only];
  const snapshots = Map.groupBy(
    await query<Bytes>(
      `SELECT document_id, seq, bytes FROM document_snapshot ${where} ORDER BY document_id, seq, piece`,
      values,
    ),
    ({ document_id }) => document_id,
  );
  const updates = Map.groupBy(
    await query<Bytes>(
      `SELECT document_id, seq, bytes FROM document_update ${where} ORDER BY document_id, seq`,
      values,
    ),
    ({ document_id }) => document_id,
  );
  return [...new Set([...snapshots.keys(), ...updates.keys()])].map((document) => {
    const newest = snapshots.get(document)?.at(-1)?.seq ?? 0;
    const pieces = (snapshots.get(document) ?? []).filter(({ seq }) => seq === newest);
    const behind = (updates.get(document) ?? []).filter(({ seq }) => seq > newest);
    const snapshot = pieces.length === 0 ? undefined : Buffer.concat(pieces.map(({ bytes }) => bytes));
    return {
      document,
      copy: copyOfUpdates(
        behind.map(({ bytes }) => bytes),
        snapshot,
      ),
    };
  });
}
