import { asUploadRow } from "../attachments/upload-row.ts";
import type { Store } from "../stores/store.ts";

/**
 * How many things a store holds that no server has: operations without an outcome, of whoever queued them; documents in which something was written; in a store for files, photos and
 * voice notes on their way. What is counted is gone with a wipe, so ask before one, of every store of the vault.
 * @throws StoreError `store_locked`, `store_closed`, `store_blocked`, `store_failed`
 * @example
 * if ((await countUnsent(store)) + (await countUnsent(files)) === 0) await vault.wipe();
 */
export function countUnsent(store: Store): Promise<number> {
  return store.transaction("read", async (tx) => {
    const queued = await tx.list("outbox");
    const written = await tx.list("document", { prefix: "mine:" });
    const waiting = queued.filter(([, row]) => (asUploadRow(row)?.status ?? "waiting") === "waiting");
    return waiting.length + new Set(written.map(([key]) => documentOf(key))).size;
  });
}

/** `mine:<owner>:<document>:<edit>` without the edit. */
function documentOf(key: string): string {
  return key.slice(0, key.lastIndexOf(":"));
}
