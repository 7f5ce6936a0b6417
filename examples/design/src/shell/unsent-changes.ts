import type { Observable, Store, StoreTable, StoreTransaction } from "@healthbridge/client-sdk";
import { Shown } from "./shown.ts";

/** Tells when what waits of one person may be more or less, whichever tab did it. */
export interface UnsentChanges {
  /** counts up with each change */
  readonly count: Observable<number>;
  /** Has a store of hers tell of its changes. It does nothing else. */
  watch(store: Store): Store;
  close(): void;
}

/** What waits lies in these: requests and files in the one, what was written in documents in the other. */
const WAITING: ReadonlySet<StoreTable> = new Set<StoreTable>(["outbox", "document"]);

/** @param name of what is kept for her; says nothing of her */
export function unsentChanges(name: string): UnsentChanges {
  const count = new Shown(0);
  const more = (): void => count.set(count.get() + 1);
  // Where a browser has no channels, what another tab did is seen when she comes back to this one.
  let channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(`unsent:${name}`);
  channel?.addEventListener("message", more);
  const tell = (): void => {
    more();
    channel?.postMessage("changed");
  };
  return {
    count,
    watch: (store) => ({
      name: store.name,
      async transaction(mode, work) {
        let touched = false;
        const result = await store.transaction(mode, (tx) => work(noting(tx, () => (touched = true))));
        if (touched) tell();
        return result;
      },
      close: () => store.close(),
    }),
    close() {
      channel?.close();
      channel = undefined;
    },
  };
}

/** The same transaction; notes when what waits is written to. */
function noting(tx: StoreTransaction, note: () => void): StoreTransaction {
  const see = (table: StoreTable): void => {
    if (WAITING.has(table)) note();
  };
  return {
    get: (table, key) => tx.get(table, key),
    list: (table, range) => tx.list(table, range),
    put(table, key, value) {
      see(table);
      return tx.put(table, key, value);
    },
    delete(table, key) {
      see(table);
      return tx.delete(table, key);
    },
    clear(table, prefix) {
      see(table);
      return tx.clear(table, prefix);
    },
  };
}
