import { HealthBridgeError } from "./errors.ts";

/**
 * Browsers lend their cryptography to pages of https and localhost alone, which the types do not know.
 * @throws HealthBridgeError `vault_unavailable`
 */
export function needCryptography(): void {
  if (globalThis.crypto?.subtle === undefined) throw new HealthBridgeError("vault_unavailable");
}
