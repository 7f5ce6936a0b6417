import type { Channel, Runtime } from "./adapters/runtime.ts";
import { Mirror, type RowChange } from "./mirror.ts";
import { rethrow } from "./stores/rethrow.ts";
import { STORE_TABLES, type Store, type StoreTable, type StoreTransaction } from "./stores/store.ts";

/**
 * Writes within one transaction of the store. What was put is seen in the mirror at once, as plain JSON (what is `undefined` is left out); what is there
 * already as it is put costs nothing.
 */
export class Writer {
  readonly changes: RowChange[] = [];
  declare readonly mirror: Mirror; // alone, as in `HealthBridgeError`
  readonly #tx: StoreTransaction;
  readonly #pending: Array<Promise<void>> = [];

  constructor(tx: StoreTransaction, mirror: Mirror) {
    this.#tx = tx;
    this.mirror = mirror;
  }

  put(table: StoreTable, key: string, value: object | number): void {
    const text = JSON.stringify(value);
    if (text === JSON.stringify(this.mirror.tables[table]?.get(key))) return;
    const row: unknown = JSON.parse(text);
    this.#note(this.#tx.put(table, key, row), [table, key, row]);
  }

  delete(table: StoreTable, key: string): void {
    this.#note(this.#tx.delete(table, key), [table, key, undefined]);
  }

  /** Empties one of the tables that may be forgotten, or of documents what begins so. */
  clear(table: "entity" | "feed" | "document", prefix?: string): void {
    this.#note(this.#tx.clear(table, prefix), [table, "", undefined]);
  }

  get(table: StoreTable, key: string): Promise<unknown> {
    return this.#tx.get(table, key);
  }

  list(table: StoreTable, prefix: string): Promise<ReadonlyArray<readonly [string, unknown]>> {
    return this.#tx.list(table, { prefix });
  }

  flush(): Promise<unknown> {
    return Promise.all(this.#pending);
  }

  #note(written: Promise<void>, change: RowChange): void {
    this.#pending.push(written);
    this.mirror.absorb(change);
    this.changes.push(change);
  }
}

/** The revision of a mirror that has run ahead of the store: its transaction is not committed yet, or was not kept, and may be run again. */
const AHEAD = -1;

/**
 * Keeps store and mirror the same. Every write is one transaction that also counts up the revision: who finds another revision than her own has missed
 * what another tab or process wrote, and reads everything anew.
 */
export class Keeper {
  readonly mirror: Mirror = new Mirror();
  /** told after each commit, ours or another tab's */
  onCommit: (changes: readonly RowChange[]) => void = () => undefined;
  /** called when another tab asks whoever syncs to do so */
  onPoke: () => void = () => undefined;
  readonly #store: Store;
  readonly #channel: Channel;
  #revision = AHEAD;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: Store, runtime: Runtime, channelName: string) {
    this.#store = store;
    this.#channel = runtime.openChannel(channelName, (message) => {
      if (message === "poke") this.onPoke();
      else this.refresh().catch(() => undefined); // a store that fails here fails again, and is heard, at the next call
    });
  }

  /** Asks the other tabs to sync. */
  poke(): void {
    this.#channel.post("poke");
  }

  /** Reads everything again if somebody else has written. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.read((tx) => this.#catchUp(tx)));
  }

  /** One write transaction. Nothing of it is kept where `work` throws. */
  write<T>(work: (writer: Writer) => Promise<T> | T): Promise<T> {
    return this.#inTurn(async () => {
      let changes: readonly RowChange[] = [];
      let revision = 0;
      try {
        const result = await this.#store.transaction("write", async (tx) => {
          await this.#catchUp(tx);
          revision = this.#revision;
          this.#revision = AHEAD;
          const writer = new Writer(tx, this.mirror);
          const value = await work(writer);
          ({ changes } = writer);
          if (changes.length > 0) writer.put("meta", "revision", (revision += 1));
          await writer.flush();
          return value;
        });
        this.#revision = revision;
        if (changes.length > 0) {
          this.#channel.post("changed");
          this.onCommit(changes);
        }
        return result;
      } catch (error) {
        await this.read((tx) => this.#catchUp(tx)).catch(() => undefined);
        return rethrow(error);
      }
    });
  }

  /** Reads rows the mirror does not hold. */
  read<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return this.#store.transaction("read", work).catch(rethrow);
  }

  async close(): Promise<void> {
    // After what was begun: it is told to the other tabs, and its caller hears that it is kept.
    await this.#inTurn(() => {
      this.leave();
      return this.#store.close();
    });
  }

  /** Hears of the other tabs no longer. */
  leave(): void {
    this.#channel.close();
  }

  async #catchUp(tx: StoreTransaction): Promise<void> {
    if (((await tx.get("meta", "revision")) ?? 0) === this.#revision) return;
    // All is read before anything is let go of: whoever looks meanwhile must not find nobody signed in.
    const rows: RowChange[] = [];
    for (const table of STORE_TABLES)
      if (!/outcome|document/.test(table))
        for (const [key, value] of await tx.list(table)) rows.push([table, key, value]);
    this.mirror.reset();
    for (const row of rows) this.mirror.absorb(row);
    this.#revision = this.mirror.meta.get("revision") ?? 0;
    this.onCommit([["entity", "", undefined]]);
  }

  /** One after another: what is put is seen in the mirror before it is committed, so two writers must not mix. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
