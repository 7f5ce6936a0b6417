import { bytesToUnits, unitsToBytes } from "../sql/key-units.ts";

const HALF_EMOJI = /[\ud800-\udfff]/;

/** A key as the bytes SQLite compares (`unitsToBytes`), by the shortest way Node has. */
export function keyToBytes(key: string): Uint8Array {
  return HALF_EMOJI.test(key) ? unitsToBytes(key) : Buffer.from(key, "utf8");
}

/** The key that `keyToBytes` made these of. */
export function keyFromBytes(bytes: Uint8Array): string {
  // 0xed begins the code units D000 to DFFF, among which are the halves that a UTF-8 decoder refuses.
  if (bytes.includes(0xed)) return bytesToUnits(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
