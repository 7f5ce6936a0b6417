import { fromBase64, toBase64 } from "../base64.ts";
import type { Stretching } from "../byte-key.ts";
import { isRecord } from "../outbox/rows.ts";
import { StoreError } from "../stores/store-error.ts";
import type { StoreTransaction } from "../stores/store.ts";
import type { Tries } from "./tries.ts";

/**
 * What is kept of a vault, in a store of its own, table `meta`, key `vault:<name>`: its data key, wrapped, once for each way to unlock it. Nothing in it is secret, and nothing
 * opens without the PIN or the passkey.
 */
export interface VaultRecord {
  /** drawn with the data key: what one vault has sealed is nobody else's, also of a later one of the same name */
  readonly id: string;
  readonly label?: string | undefined;
  readonly waiting?: number | undefined;
  readonly pin: PinSlot;
  readonly passkey?: PasskeySlot | undefined;
  readonly tries?: Tries | undefined;
}

/** Base64 where it is bytes. */
export interface PinSlot {
  readonly salt: string;
  readonly rounds: number;
  readonly wrapped: string;
}

export interface PasskeySlot {
  /** which passkey */
  readonly credential: string;
  readonly salt: string;
  readonly wrapped: string;
}

const TABLE = "meta";
const PREFIX = "vault:";

export async function readRecord(tx: StoreTransaction, name: string): Promise<VaultRecord | undefined> {
  return asRecord(await tx.get(TABLE, PREFIX + name));
}

export async function listRecords(
  tx: StoreTransaction,
): Promise<ReadonlyArray<readonly [name: string, record: VaultRecord]>> {
  const rows = await tx.list(TABLE, { prefix: PREFIX });
  return rows.flatMap(([key, value]) => {
    const record = asRecord(value);
    return record === undefined ? [] : [[key.slice(PREFIX.length), record] as const];
  });
}

/** Without a record: deletes it. */
export function writeRecord(
  tx: StoreTransaction,
  name: string,
  record: VaultRecord | undefined,
): Promise<void> {
  return record === undefined ? tx.delete(TABLE, PREFIX + name) : tx.put(TABLE, PREFIX + name, record);
}

export function stretchingOf({ salt, rounds }: PinSlot): Stretching {
  return { salt: fromBase64(salt), rounds };
}

export function pinSlot({ salt, rounds }: Stretching, wrapped: Uint8Array): PinSlot {
  return { salt: toBase64(salt), rounds, wrapped: toBase64(wrapped) };
}

/** What a wrapped data key is bound to. */
export function aboutKey(id: string, way: "pin" | "passkey"): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(["healthbridge vault 1", id, way]));
}

function asRecord(row: unknown): VaultRecord | undefined {
  if (row === undefined) return undefined;
  if (isVaultRecord(row)) return row;
  throw new StoreError(
    "store_failed",
    "A vault's record cannot be read. A later version may have written it.",
  );
}

function isVaultRecord(row: unknown): row is VaultRecord {
  if (!isRecord(row) || typeof row["id"] !== "string") return false;
  const { pin } = row;
  return isRecord(pin) && typeof pin["salt"] === "string" && typeof pin["wrapped"] === "string";
}
