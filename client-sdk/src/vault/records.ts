import { rethrow } from "../stores/rethrow.ts";
import type { Store, StoreTransaction } from "../stores/store.ts";
import { listRecords, readRecord, type VaultRecord, writeRecord } from "./record.ts";

/** The records of all vaults on a device. */
export class Records {
  readonly #store: Store;
  readonly #isOwn: boolean;

  /** @param isOwn it was opened here, and is closed with the last use */
  constructor(store: Store, isOwn: boolean) {
    this.#store = store;
    this.#isOwn = isOwn;
  }

  read(name: string): Promise<VaultRecord | undefined> {
    return this.#run("read", (tx) => readRecord(tx, name));
  }

  list(): Promise<ReadonlyArray<readonly [name: string, record: VaultRecord]>> {
    return this.#run("read", listRecords);
  }

  /** Reads, changes and writes in one transaction; what `change` throws passes through, and nothing is written. */
  change<R extends VaultRecord | undefined>(
    name: string,
    change: (known: VaultRecord | undefined) => R,
  ): Promise<R> {
    return this.#run("write", async (tx) => {
      const record = change(await readRecord(tx, name));
      await writeRecord(tx, name, record);
      return record;
    });
  }

  async close(): Promise<void> {
    if (this.#isOwn) await this.#store.close();
  }

  #run<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return this.#store.transaction(mode, work).catch(rethrow);
  }
}
