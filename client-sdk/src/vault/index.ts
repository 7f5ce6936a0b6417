/**
 * Encryption at rest: a vault holds the key that seals everything a device keeps, and only a PIN or a passkey opens it. An addition to the SDK, which an app fetches only where
 * it imports it.
 *
 * @packageDocumentation
 */
import { platformPasskeys } from "../adapters/platform-passkeys.ts";
import { platformRuntime } from "../adapters/platform-runtime.ts";
import type { Runtime } from "../adapters/runtime.ts";
import { ROUNDS, ROUNDS_BETWEEN } from "../byte-key.ts";
import { needCryptography } from "../cryptography.ts";
import { HealthBridgeError } from "../errors.ts";
import { indexedDbStore } from "../stores/indexeddb/indexeddb-store.ts";
import type { Store } from "../stores/store.ts";
import type { Passkeys } from "./passkeys.ts";
import { Records } from "./records.ts";
import { Vault } from "./vault.ts";

export { countUnsent, type Unsent } from "./count-unsent.ts";
export type { Passkeys } from "./passkeys.ts";
export type { SealOptions } from "./sealed-store.ts";
export { syncWhileOpen } from "./sync-while-open.ts";
export type { Vault, VaultState } from "./vault.ts";

/** Which vault, and how it is kept. */
export interface OpenVaultOptions {
  /** one vault for each person on a device: a random name of the app's own, not hers */
  readonly name: string;
  /** ms without `touch()` after which it locks by itself; default five minutes; `Infinity`: never */
  readonly lockAfterMs?: number | undefined;
  /** where the wrapped keys of all vaults are; default: the browser's own database `healthbridge-vaults`. It is never closed here where it is given */
  readonly keys?: Store | undefined;
  /** rounds of PBKDF2 for a new PIN, at least 100,000; default 600,000. A vault with fewer is brought up to this when it is next unlocked */
  readonly rounds?: number | undefined;
  /** default: the browser's */
  readonly passkeys?: Passkeys | undefined;
  /** clock, chance and channels; default: the platform's */
  readonly runtime?: Runtime | undefined;
}

/** What anybody who holds the device can see of a vault. */
export interface ListedVault {
  readonly name: string;
  readonly label: string | undefined;
  readonly passkey: boolean;
  /** how many things wait to be sent, as the app noted it last */
  readonly waiting: number | undefined;
}

const LOCK_AFTER_MS = 300_000;

/**
 * Opens a vault: reads how things stand with it. It is locked, or new.
 * @throws HealthBridgeError `vault_unavailable`, `malformed` at `rounds`; `store_blocked`, `store_failed`
 * @example
 * ```ts
 * const vault = await openVault({ name: "patient" });
 * vault.state.subscribe(({ state }) => show(state === "open" ? "app" : "lock screen"));
 * ```
 */
export async function openVault(options: OpenVaultOptions): Promise<Vault> {
  const { name, lockAfterMs = LOCK_AFTER_MS, rounds = ROUNDS } = options;
  needCryptography();
  if (!(rounds >= ROUNDS_BETWEEN.least && rounds <= ROUNDS_BETWEEN.most))
    throw new HealthBridgeError("malformed", { path: "rounds" });
  const { passkeys = platformPasskeys(), runtime = platformRuntime() } = options;
  const vault = new Vault({
    name,
    records: recordsIn(options.keys),
    runtime,
    passkeys,
    lockAfterMs,
    rounds,
  });
  await vault.refresh();
  return vault;
}

/**
 * The vaults on this device, for its lock screen.
 * @throws HealthBridgeError `store_blocked`, `store_failed`
 */
export async function listVaults({ keys }: Pick<OpenVaultOptions, "keys"> = {}): Promise<
  readonly ListedVault[]
> {
  const records = recordsIn(keys);
  try {
    return (await records.list()).map(([name, { label, passkey, waiting }]) => ({
      name,
      label,
      passkey: passkey !== undefined,
      waiting,
    }));
  } finally {
    await records.close();
  }
}

function recordsIn(keys: Store | undefined): Records {
  return new Records(keys ?? indexedDbStore({ name: "healthbridge-vaults" }), keys === undefined);
}
