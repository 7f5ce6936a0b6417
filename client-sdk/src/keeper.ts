import type { Channel, Runtime } from "./adapters/runtime.ts";
import { HealthBridgeError } from "./errors.ts";
import { Mirror, type RowChange } from "./mirror.ts";
import { StoreError } from "./stores/store-error.ts";
import { STORE_TABLES, type Store, type StoreTable, type StoreTransaction } from "./stores/store.ts";

/** Writes within one transaction of the store. What was put is seen in the mirror at once. */
export class Writer {
  readonly changes: RowChange[] = [];
  readonly #tx: StoreTransaction;
  readonly #mirror: Mirror;
  readonly #pending: Array<Promise<void>> = [];

  constructor(tx: StoreTransaction, mirror: Mirror) {
    this.#tx = tx;
    this.#mirror = mirror;
  }

  put(table: StoreTable, key: string, value: object | number): void {
    this.#pending.push(this.#tx.put(table, key, value));
    this.#note([table, key, value]);
  }

  delete(table: StoreTable, key: string): void {
    this.#pending.push(this.#tx.delete(table, key));
    this.#note([table, key, undefined]);
  }

  /** Empties one of the tables that may be forgotten. */
  clear(table: "entity" | "feed"): void {
    this.#pending.push(this.#tx.clear(table));
    this.#note([table, "", undefined]);
  }

  get(table: StoreTable, key: string): Promise<unknown> {
    return this.#tx.get(table, key);
  }

  list(table: StoreTable, prefix: string): Promise<ReadonlyArray<readonly [string, unknown]>> {
    return this.#tx.list(table, { prefix });
  }

  async flush(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #note(change: RowChange): void {
    this.#mirror.absorb(change);
    this.changes.push(change);
  }
}

/**
 * Keeps store and mirror the same. Every write is one transaction that also counts up the revision: who finds another revision than her own has missed
 * what another tab or process wrote, and reads everything anew.
 */
export class Keeper {
  readonly mirror: Mirror = new Mirror();
  /** told after each commit, ours or another tab's */
  onCommit: (changes: readonly RowChange[]) => void = () => undefined;
  readonly #store: Store;
  readonly #channel: Channel;
  #revision = -1;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(store: Store, runtime: Runtime, channelName: string) {
    this.#store = store;
    this.#channel = runtime.openChannel(channelName, (message) => {
      void this.#hear(message);
    });
  }

  /** Called when another tab asks whoever syncs to do so. */
  onPoke: () => void = () => undefined;

  /** Asks the other tabs to sync. */
  poke(): void {
    this.#channel.post("poke");
  }

  /** Reads everything again if somebody else has written. */
  refresh(): Promise<void> {
    return this.#inTurn(() =>
      this.#store.transaction("read", async (tx) => {
        if (!(await this.#isCurrent(tx))) await this.#load(tx);
      }),
    );
  }

  /** One write transaction. Nothing of it is kept where `work` throws. */
  write<T>(work: (writer: Writer) => Promise<T> | T): Promise<T> {
    return this.#inTurn(async () => {
      let changes: readonly RowChange[] = [];
      try {
        const result = await this.#store.transaction("write", async (tx) => {
          if (!(await this.#isCurrent(tx))) await this.#load(tx);
          const writer = new Writer(tx, this.mirror);
          const value = await work(writer);
          if (writer.changes.length > 0) writer.put("meta", "revision", this.#revision + 1);
          await writer.flush();
          changes = writer.changes;
          return value;
        });
        if (changes.length > 0) this.#committed(changes);
        return result;
      } catch (error) {
        // The mirror has run ahead of a transaction that was not kept.
        this.#revision = -1;
        if (!this.#closed)
          await this.#store.transaction("read", (tx) => this.#load(tx)).catch(() => undefined);
        throw asOurs(error);
      }
    });
  }

  /** Reads rows the mirror does not hold. */
  async read<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    try {
      return await this.#store.transaction("read", work);
    } catch (error) {
      throw asOurs(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#channel.close();
    await this.#turn.catch(() => undefined);
    await this.#store.close();
  }

  #committed(changes: readonly RowChange[]): void {
    this.#revision += 1;
    this.#channel.post("changed");
    this.onCommit(changes);
  }

  async #hear(message: unknown): Promise<void> {
    if (message === "poke") this.onPoke();
    else if (message === "changed") await this.refresh().catch(() => undefined); // a store that fails here fails again, and is heard, at the next call
  }

  async #isCurrent(tx: StoreTransaction): Promise<boolean> {
    return ((await tx.get("meta", "revision")) ?? 0) === this.#revision;
  }

  async #load(tx: StoreTransaction): Promise<void> {
    this.mirror.reset();
    for (const table of STORE_TABLES) {
      if (table === "outcome") continue;
      for (const [key, value] of await tx.list(table)) this.mirror.absorb([table, key, value]);
    }
    const revision = this.mirror.meta.get("revision");
    this.#revision = typeof revision === "number" ? revision : 0;
    this.onCommit([["entity", "", undefined]]);
  }

  /** One after another: what is put is seen in the mirror before it is committed, so two writers must not mix. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work, work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function asOurs(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  return new HealthBridgeError(error.code, { detail: error.message, cause: error });
}
