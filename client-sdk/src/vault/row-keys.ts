import { cmac, ecb, gcm } from "@noble/ciphers/aes.js";
import type { Runtime } from "../adapters/runtime.ts";
import { fromBase64, toBase64 } from "../base64.ts";
import { fromJson } from "../stores/json-value.ts";
import { StoreError } from "../stores/store-error.ts";

/**
 * What seals rows, made from a vault's data key while it is open. Synchronous: a transaction of IndexedDB waits for nobody's `crypto.subtle`.
 *
 * A sealed value is text: a digit for the form, 16 characters of nonce, then what AES-256-GCM made, tag included. The nonce is 96 bits, drawn anew for every seal. With it
 * goes, as additional data, where the row is: so a row that was moved to another key, table, store or vault does not open.
 */

/** Where a row is. */
export interface Place {
  /** which of the vault's stores */
  readonly store: string;
  readonly table: string;
  readonly key: string;
}

const FORM = "1";
const NONCE_BYTES = 12;
const NONCE_CHARACTERS = 16;
const BLOCK_BYTES = 16;
const KEY_BYTES = 32;
const INFO = "healthbridge vault rows 1";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export class RowKeys {
  /** the id of the vault they belong to */
  readonly vault: string;
  readonly #values: Uint8Array;
  readonly #names: Uint8Array;
  readonly #tally: Uint8Array;
  readonly #random: Pick<Runtime, "randomBytes">;
  #known = true;

  private constructor(vault: string, bytes: Uint8Array, random: Pick<Runtime, "randomBytes">) {
    this.vault = vault;
    this.#values = bytes.subarray(0, KEY_BYTES);
    this.#names = bytes.subarray(KEY_BYTES, 2 * KEY_BYTES);
    this.#tally = bytes.subarray(2 * KEY_BYTES);
    this.#random = random;
  }

  /** @param dataKey 32 random bytes */
  static async from(
    dataKey: Uint8Array<ArrayBuffer>,
    vault: string,
    random: Pick<Runtime, "randomBytes">,
  ): Promise<RowKeys> {
    const material = await crypto.subtle.importKey("raw", dataKey, "HKDF", false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode(INFO) },
      material,
      3 * KEY_BYTES * 8,
    );
    return new RowKeys(vault, new Uint8Array(bits), random);
  }

  /** Overwrites the keys; every later use fails with `store_locked`. */
  forget(): void {
    this.#known = false;
    for (const key of [this.#values, this.#names, this.#tally]) key.fill(0);
  }

  /** @param text of the value, as JSON */
  seal(place: Place, text: string): string {
    this.#mustBeKnown();
    const nonce = this.#random.randomBytes(NONCE_BYTES);
    const sealed = gcm(this.#values, nonce, this.#where(place)).encrypt(encoder.encode(text));
    return FORM + toBase64(nonce) + toBase64(sealed);
  }

  /** @throws StoreError `store_tampered` where these keys did not seal just this at just this place */
  open(place: Place, sealed: unknown): unknown {
    this.#mustBeKnown();
    const text = sealedText(sealed);
    try {
      const nonce = fromBase64(nonceOf(text));
      const bytes = fromBase64(text.slice(FORM.length + NONCE_CHARACTERS));
      return fromJson(decoder.decode(gcm(this.#values, nonce, this.#where(place)).decrypt(bytes)));
    } catch (error) {
      throw tampered(error);
    }
  }

  /** What a secret function (AES-CMAC) makes of a place: always the same text, which says nothing of it. */
  hide(place: Place): string {
    this.#mustBeKnown();
    return toBase64(cmac(this.#where(place), this.#names));
  }

  /** The sum (exclusive or) of what a secret function makes of each sealed value's nonce. Nobody without the key finds other rows with the same. */
  sum(sealed: readonly string[]): Uint8Array {
    this.#mustBeKnown();
    const sum = new Uint8Array(BLOCK_BYTES);
    if (sealed.length === 0) return sum;
    const blocks = new Uint8Array(sealed.length * BLOCK_BYTES);
    for (const [at, text] of sealed.entries()) blocks.set(fromBase64(nonceOf(text)), at * BLOCK_BYTES);
    const made = ecb(this.#tally, { disablePadding: true }).encrypt(blocks);
    for (const [at, byte] of made.entries()) sum[at % BLOCK_BYTES] = (sum[at % BLOCK_BYTES] ?? 0) ^ byte;
    return sum;
  }

  #where({ store, table, key }: Place): Uint8Array {
    return encoder.encode(JSON.stringify([this.vault, store, table, key]));
  }

  #mustBeKnown(): void {
    if (!this.#known) throw storeLocked();
  }
}

/** A value as it is kept, if it is a sealed one. */
export function sealedText(value: unknown): string {
  if (typeof value === "string" && value.startsWith(FORM) && value.length > NONCE_CHARACTERS) return value;
  throw tampered();
}

function nonceOf(text: string): string {
  return text.slice(FORM.length, FORM.length + NONCE_CHARACTERS);
}

export function storeLocked(): StoreError {
  return new StoreError("store_locked", "The vault is locked. Unlock it, then try again; nothing was lost.", {
    retry: "later",
  });
}

export function tampered(cause?: unknown): StoreError {
  return new StoreError(
    "store_tampered",
    "What is kept here is not what was written. It is not used. Wipe the vault and sign in again.",
    { cause },
  );
}
