import { withStore } from "../carriers/signed-call.ts";
import { isRecord } from "../outbox/rows.ts";
import type { Store } from "../stores/store.ts";

/**
 * The server's epoch as this device heard it last; another one than before says that the server was restored from a backup.
 * @param store the SDK's own store
 */
export async function knownEpoch(store: Store): Promise<number | undefined> {
  const sync = await withStore(store, "read", (tx) => tx.get("meta", "sync"));
  const epoch = isRecord(sync) ? sync["epoch"] : undefined;
  return typeof epoch === "number" && epoch !== 0 ? epoch : undefined;
}
