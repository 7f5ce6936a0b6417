import type { EntityId } from "@healthbridge/schema/client";
import { withStore } from "../carriers/signed-call.ts";
import { HealthBridgeError } from "../errors.ts";
import type { Store, StoreTransaction } from "../stores/store.ts";
import { fromBase64, toBase64 } from "../base64.ts";
import { asUploadRow, type UploadRow, wholeSize } from "./upload-row.ts";

/** Bytes of one piece as it is kept: 64 kB as base64. */
const PIECE_BYTES = 49_152;
/** The tables of a store of its own: what is to be sent, and its bytes. */
const ROWS = "outbox";
const PIECES = "entity";
const DIGITS = 4;

/** What was attached on this device and its bytes, in a store of their own. */
export class Shelf {
  readonly #store: Store;
  readonly #mostBytes: number;

  constructor(store: Store, mostBytes: number) {
    this.#store = store;
    this.#mostBytes = mostBytes;
  }

  /** Everything that is kept, of whichever account, in the order of attaching. */
  rows(): Promise<readonly UploadRow[]> {
    return this.#run("read", listRows);
  }

  /**
   * Keeps what was attached: all of it or nothing, durable when it resolves. Where it does not fit beside what is there, what has been sent makes room, the oldest first.
   * @returns the row, with its place in the order
   * @throws HealthBridgeError `attachment_limit` at `device`
   */
  add(row: Omit<UploadRow, "order">, bytes: Uint8Array): Promise<UploadRow> {
    return this.#run("write", async (tx) => {
      const rows = await listRows(tx);
      const kept = { ...row, order: 1 + (rows.at(-1)?.order ?? 0) };
      let over = rows.reduce((sum, each) => sum + wholeSize(each), wholeSize(row)) - this.#mostBytes;
      const sent = rows.filter(({ status }) => status === "sent");
      if (over > sent.reduce((sum, each) => sum + wholeSize(each), 0))
        throw new HealthBridgeError("attachment_limit", { path: "device" });
      for (const each of sent) {
        if (over <= 0) break;
        await removeRow(tx, each.id);
        over -= wholeSize(each);
      }
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        const piece = toBase64(bytes.subarray(at, at + PIECE_BYTES));
        await tx.put(PIECES, pieceKey(row.id, at / PIECE_BYTES), piece);
      }
      await tx.put(ROWS, row.id, kept);
      return kept;
    });
  }

  /** Keeps a row as it is now, unless it was removed meanwhile. */
  update(row: UploadRow): Promise<boolean> {
    return this.#run("write", async (tx) => {
      if ((await tx.get(ROWS, row.id)) === undefined) return false;
      await tx.put(ROWS, row.id, row);
      return true;
    });
  }

  /** A stretch of what is to be sent: thumbnail first, then the file. */
  async bytes(id: EntityId, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const first = Math.floor(start / PIECE_BYTES);
    const count = Math.ceil(end / PIECE_BYTES) - first;
    const pieces = await this.#run("read", async (tx) => {
      const found: string[] = [];
      for (let at = 0; at < count; at += 1) {
        const piece = await tx.get(PIECES, pieceKey(id, first + at));
        if (typeof piece === "string") found.push(piece);
      }
      return found;
    });
    const made = new Uint8Array(end - start);
    let at = first * PIECE_BYTES - start;
    for (const piece of pieces.map(fromBase64)) {
      const from = Math.max(0, -at);
      made.set(piece.subarray(from, from + made.length - Math.max(0, at)), Math.max(0, at));
      at += piece.length;
    }
    return made;
  }

  /** Removes what was attached, and its bytes. */
  remove(ids: readonly EntityId[]): Promise<void> {
    return this.#run("write", async (tx) => {
      for (const id of ids) await removeRow(tx, id);
    });
  }

  #run<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return withStore(this.#store, mode, work);
  }
}

async function listRows(tx: StoreTransaction): Promise<readonly UploadRow[]> {
  return (await tx.list(ROWS))
    .flatMap(([, value]) => asUploadRow(value) ?? [])
    .toSorted((left, right) => left.order - right.order);
}

async function removeRow(tx: StoreTransaction, id: EntityId): Promise<void> {
  await tx.delete(ROWS, id);
  await tx.clear(PIECES, `${id}/`);
}

function pieceKey(id: EntityId, number: number): string {
  return `${id}/${String(number).padStart(DIGITS, "0")}`;
}
