import type { HealthBridge } from "../health-bridge.ts";
import type { Vault } from "./vault.ts";

/**
 * Syncs in the background while the vault is open, and only then: what the sync engine could not keep because the vault was locked it asks for again as soon as it is open, and
 * nothing is tried in between. Open the device with `autoSync: false`, or its first attempts fail.
 * @returns how to stop following the vault
 * @example
 * const hb = await HealthBridge.open({ url, store: vault.seal(store), autoSync: false });
 * const stop = syncWhileOpen(vault, hb);
 */
export function syncWhileOpen(
  vault: Pick<Vault, "state">,
  hb: Pick<HealthBridge, "start" | "stop">,
): () => void {
  return vault.state.subscribe(({ state }) => {
    if (state === "open") hb.start();
    else hb.stop();
  });
}
