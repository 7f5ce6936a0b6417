import { asUploadRow } from "../attachments/upload-row.ts";
import type { Store } from "../stores/store.ts";

/** What a store holds that no server has. */
export interface Unsent {
  /** operations without an outcome, of whoever queued them */
  readonly operations: number;
  /** documents in which something was written */
  readonly documents: number;
  /** photos and voice notes on their way, in a store for files */
  readonly files: number;
}

/**
 * Counts what a store holds that no server has. All of it is gone with a wipe: so ask before one, of every store of the vault.
 * @throws StoreError `store_locked`, `store_closed`, `store_blocked`, `store_failed`
 * @example
 * const { operations, documents } = await countUnsent(store);
 * const { files } = await countUnsent(filesStore);
 * if (operations + documents + files === 0) await vault.wipe();
 */
export function countUnsent(store: Store): Promise<Unsent> {
  return store.transaction("read", async (tx) => {
    const queued = (await tx.list("outbox")).map(([, row]) => asUploadRow(row)?.status ?? "operation");
    const written = await tx.list("document", { prefix: "mine:" });
    return {
      operations: queued.filter((status) => status === "operation").length,
      documents: new Set(written.map(([key]) => documentOf(key))).size,
      files: queued.filter((status) => status === "waiting").length,
    };
  });
}

/** `mine:<owner>:<document>:<edit>` without the edit. */
function documentOf(key: string): string {
  return key.slice(0, key.lastIndexOf(":"));
}
