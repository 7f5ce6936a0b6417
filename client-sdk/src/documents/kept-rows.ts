import * as Y from "yjs";
import { isRecord } from "../outbox/rows.ts";
import type { Store } from "../stores/store.ts";
import { fromBase64, toBase64 } from "../base64.ts";

/** Which document, and whose copy of it. */
export interface Whose {
  readonly owner: string;
  readonly name: string;
}

/** `mine`: written here and not yet at the server. `base`: the server has it. */
export type Where = "mine" | "base";

/** A row of the store. */
interface KeptRow {
  readonly where: Where;
  readonly update: Uint8Array;
  /** how many local edits there were, it included */
  readonly edits: number;
}

const DIGITS = 8;
/** Rows that are put together once there are more. */
const MOST_ROWS = 40;

/** The beginning of the keys of what an owner has written and the server lacks. */
export function minePrefix(owner: string): string {
  return `mine:${owner}:`;
}

/** The name of a document, from the key of a row. */
export function nameOfKey(key: string): string {
  return key.split(":")[2] ?? "";
}

/**
 * A document's rows in the store: each is an update of Yjs. What was written while a write is under way goes into one row with the next. Nothing here is in memory
 * alone for longer than a write takes.
 */
export class KeptRows {
  readonly #store: Store;
  readonly #whose: Whose;
  /** stands in its keys, so that nobody else writes the same: another tab, or the same document when it is opened again */
  readonly #mark: string;
  readonly #rows = new Map<string, KeptRow>();
  /** what is kept no longer, whatever comes of what was under way */
  readonly #forgotten = new Set<Where>();
  #waiting: KeptRow[] = [];
  /** on its way into the store */
  #writing: readonly KeptRow[] = [];
  #count = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param mark drawn for this one alone */
  constructor(store: Store, whose: Whose, mark: string) {
    this.#store = store;
    this.#whose = whose;
    this.#mark = mark;
  }

  /** Whose copy it is. */
  get owner(): string {
    return this.#whose.owner;
  }

  /** Something was written here that the server lacks. */
  get isWaiting(): boolean {
    return [...this.#waiting, ...this.#writing, ...this.#rows.values()].some(({ where }) => where === "mine");
  }

  /** What was written here and is kept, oldest first. */
  get mine(): readonly Uint8Array[] {
    return [...this.#rows.values()].filter(({ where }) => where === "mine").map(({ update }) => update);
  }

  /** Reads what the store has and this has not seen, as another tab wrote it, or an earlier run. */
  read(edits: number): Promise<ReadonlyArray<Pick<KeptRow, "where" | "update">>> {
    return this.#inTurn(async () => {
      const found = await this.#store.transaction("read", async (tx) => [
        ...(await tx.list("document", { prefix: this.#prefix("base") })),
        ...(await tx.list("document", { prefix: this.#prefix("mine") })),
      ]);
      const keys = new Set(found.map(([key]) => key));
      // Another tab told the server, or put rows together.
      for (const key of this.#rows.keys()) if (!keys.has(key)) this.#rows.delete(key);
      return found.flatMap(([key, value]) => this.#take(key, value, edits));
    });
  }

  /** Keeps an update; `settled` says when it is durable. */
  add(where: Where, update: Uint8Array, edits: number): void {
    this.#waiting.push({ where, update, edits });
  }

  /**
   * Resolves when everything that was added is durable.
   * @throws StoreError, and what could not be kept waits for the next call
   */
  settled(): Promise<void> {
    return this.#inTurn(() => this.#write());
  }

  /** The server has everything that was written here up to an edit. */
  confirm(edits: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#write();
      const theirs = [...this.#rows].filter(([, row]) => row.where === "mine" && row.edits <= edits);
      if (theirs.length > 0) await this.#replace(theirs, "base");
    });
  }

  /** Deletes what is kept here: what the server has, or all of it. An answer that is still on its way is not kept either. */
  forget(where: Where): Promise<void> {
    this.#forgotten.add(where);
    return this.#inTurn(async () => {
      await this.#store.transaction("write", (tx) => tx.clear("document", this.#prefix(where)));
      for (const [key, row] of this.#rows) if (row.where === where) this.#rows.delete(key);
      this.#waiting = this.#waiting.filter((row) => row.where !== where);
    });
  }

  #take(key: string, value: unknown, edits: number): readonly KeptRow[] {
    if (this.#rows.has(key) || !isRecord(value) || typeof value["update"] !== "string") return [];
    const where: Where = key.startsWith("mine") ? "mine" : "base";
    const row = { where, update: fromBase64(value["update"]), edits };
    this.#rows.set(key, row);
    return [row];
  }

  async #write(): Promise<void> {
    const taken = this.#waiting;
    if (taken.length === 0) return;
    this.#waiting = [];
    this.#writing = taken;
    const rows = (["base", "mine"] as const).flatMap((where) => {
      const some = taken.filter((row) => row.where === where);
      return some.length === 0 ? [] : [[this.#key(where), together(where, some)] as const];
    });
    try {
      await this.#put(rows, []);
    } catch (error) {
      this.#waiting = [...taken, ...this.#waiting];
      throw error;
    } finally {
      this.#writing = [];
    }
    for (const where of ["base", "mine"] as const) {
      const same = [...this.#rows].filter(([, row]) => row.where === where);
      if (same.length > MOST_ROWS) await this.#replace(same, where);
    }
  }

  /** Puts one row in place of some. */
  async #replace(some: ReadonlyArray<readonly [string, KeptRow]>, where: Where): Promise<void> {
    const rows = [
      [
        this.#key(where),
        together(
          where,
          some.map(([, row]) => row),
        ),
      ] as const,
    ];
    await this.#put(
      rows,
      some.map(([key]) => key),
    );
  }

  async #put(rows: ReadonlyArray<readonly [string, KeptRow]>, gone: readonly string[]): Promise<void> {
    const kept = rows.filter(([, { where }]) => !this.#forgotten.has(where));
    await this.#store.transaction("write", async (tx) => {
      for (const [key, { update }] of kept) await tx.put("document", key, { update: toBase64(update) });
      for (const key of gone) await tx.delete("document", key);
    });
    for (const key of gone) this.#rows.delete(key);
    for (const [key, row] of kept) this.#rows.set(key, row);
  }

  #prefix(where: Where): string {
    const { owner, name } = this.#whose;
    return `${where}:${owner}:${name}:`;
  }

  #key(where: Where): string {
    return `${this.#prefix(where)}${this.#mark}${String((this.#count += 1)).padStart(DIGITS, "0")}`;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined); // whoever asked is told
    return result;
  }
}

function together(where: Where, rows: readonly KeptRow[]): KeptRow {
  const edits = Math.max(...rows.map((row) => row.edits));
  const [first] = rows;
  if (first !== undefined && rows.length === 1) return { where, update: first.update, edits };
  const updates = rows.map(({ update }) => update);
  // What stands behind what is in other rows cannot be applied here; few and small, they are put side by side.
  return { where, update: where === "mine" ? Y.mergeUpdates(updates) : whole(updates), edits };
}

/** Through a document: what was deleted goes, and what belongs together becomes one. */
function whole(updates: readonly Uint8Array[]): Uint8Array {
  const doc = new Y.Doc();
  Y.transact(doc, () => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  const update = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return update;
}
