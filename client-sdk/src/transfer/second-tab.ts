import { runtimeOf } from "../carriers/signed-call.ts";
import type { HealthBridge } from "../health-bridge.ts";
import { Keeper } from "../keeper.ts";
import type { OpenOptions } from "../options.ts";

/** A device that is open, and what it was opened with. */
export interface TransferDevice extends Pick<OpenOptions, "url" | "store" | "runtime"> {
  readonly hb: Pick<HealthBridge, "acknowledge">;
}

/** Works on a device's store as a second tab of the app does: the first sees what was written, and neither is in the other's way. */
export async function inSecondTab<T>(
  device: TransferDevice,
  work: (keeper: Keeper) => Promise<T>,
): Promise<T> {
  const { store, url } = device;
  const shared = {
    transaction: store.transaction.bind(store),
    close: async (): Promise<void> => undefined, // it is the first tab's
  };
  const keeper = new Keeper(shared, runtimeOf(device), `${url} ${store.name}`);
  try {
    await keeper.refresh();
    return await work(keeper);
  } finally {
    await keeper.close();
  }
}
