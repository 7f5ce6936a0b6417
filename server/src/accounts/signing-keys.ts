import { createHmac } from "node:crypto";
import type { Randomness } from "../adapters/randomness.ts";

/** A key that signs what the server hands out. */
export interface SigningKey {
  /** named in the head of an access token */
  readonly id: string;
  /** at least 256 bits */
  readonly bytes: Uint8Array;
}

/** Newest first: the first one signs, all of them verify. */
export type KeyRing = readonly [SigningKey, ...SigningKey[]];

/** The id of keys that `--demo` draws; refused everywhere else. */
export const DEMO_KEY_ID = "demo";

/** How an operator makes a key. */
export const MAKE_A_KEY = `node -e "console.log('k1:' + require('node:crypto').randomBytes(32).toString('base64url'))"`;

/** Few characters: the id travels in every request. */
const KEY_ID = /^[A-Za-z0-9_-]{1,8}$/;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
const LEAST_BYTES = 32;
const MOST_BYTES = 128;
/** 32 random bytes hold about 30 different values; 20 or fewer come once in many billions of keys. */
const LEAST_DIFFERENT_BYTES = 20;

/** Reads `id:base64url,id:base64url`, newest first. Answers the keys, or what is wrong with them, never quoting a key. */
export function parseKeys(text: string): KeyRing | { readonly wrong: string } {
  const keys: SigningKey[] = [];
  for (const [at, part] of text.split(",").entries()) {
    const key = parseKey(part.trim());
    if (typeof key === "string") return { wrong: `key ${String(at + 1)} ${key}` };
    if (keys.some(({ id }) => id === key.id)) return { wrong: `two keys are called ${key.id}` };
    keys.push(key);
  }
  const [first, ...others] = keys;
  return first === undefined ? { wrong: "there is no key" } : [first, ...others];
}

/** Writes keys the way {@link parseKeys} reads them. */
export function formatKeys(keys: KeyRing): string {
  return keys.map(({ id, bytes }) => `${id}:${Buffer.from(bytes).toString("base64url")}`).join(",");
}

/** Draws a key. */
export function drawKey(id: string, randomness: Randomness): SigningKey {
  return { id, bytes: randomness.bytes(LEAST_BYTES) };
}

/** Another key from a key, for another purpose: a token of one kind can then never pass as one of another. */
export function derivedKey(key: SigningKey, purpose: string): Uint8Array {
  return createHmac("sha256", key.bytes).update(`healthbridge ${purpose}`).digest();
}

function parseKey(part: string): SigningKey | string {
  const colon = part.indexOf(":");
  if (colon < 0) return "has no id: write id:key";
  const id = part.slice(0, colon);
  const secret = part.slice(colon + 1);
  if (!KEY_ID.test(id)) return "needs an id of 1 to 8 letters, digits, - or _";
  if (!BASE64URL.test(secret)) return "is not base64url";
  const bytes = Buffer.from(secret, "base64url");
  if (bytes.length < LEAST_BYTES) return "is shorter than 256 bits (32 bytes, 43 characters)";
  if (bytes.length > MOST_BYTES) return `is longer than ${String(MOST_BYTES)} bytes`;
  return looksTyped(secret, bytes) ? "was typed or is an example: let a machine draw it" : { id, bytes };
}

/** Words and patterns instead of randomness. A drawn key fails any of these less than once in a billion. */
function looksTyped(secret: string, bytes: Uint8Array): boolean {
  const different = new Set(bytes).size;
  const readable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return different < LEAST_DIFFERENT_BYTES || readable || !/[a-z]/.test(secret) || !/[A-Z]/.test(secret);
}
