import { createHash, createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { derivedKey, type KeyRing, type SigningKey } from "./signing-keys.ts";

/** A refresh token that one of our keys made. */
export interface ReadRefreshToken {
  /** the session it belongs to */
  readonly family: string;
  readonly generation: number;
  /** whether one of the keys in use made it; one made by a key that was taken away is still known by its digest */
  readonly genuine: boolean;
}

/**
 * Refresh tokens: opaque to devices, `<family>.<generation>.<secret>.<tag>`. The secret follows from family, generation and
 * the nonce the device drew, so the same request always makes the same token and the database keeps only digests. The tag
 * tells an old token of ours from a made-up one: only the former is a sign of theft.
 */
export interface RefreshTokens {
  /** The token of a generation, as each of the keys in use makes it, newest key first. */
  candidates(family: string, generation: number, nonce: string): readonly [string, ...string[]];
  read(token: string): ReadRefreshToken | undefined;
}

const SHAPE = /^([A-Za-z0-9_-]{16})\.([0-9a-z]{1,8})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})$/;
const SECRET_BYTES = 16;

export function createRefreshTokens([newest, ...older]: KeyRing): RefreshTokens {
  const first = keysOf(newest);
  const others = older.map(keysOf);
  return {
    candidates: (family, generation, nonce) => [
      make(first, family, generation, nonce),
      ...others.map((keys) => make(keys, family, generation, nonce)),
    ],
    read(token) {
      const [, family = "", generation = "", secret = "", tag] = SHAPE.exec(token) ?? [];
      if (tag === undefined) return undefined;
      const text = `${family}.${generation}.${secret}`;
      const genuine = [first, ...others].some((keys) => mac(keys.tag, text) === tag);
      return { family, generation: Number.parseInt(generation, 36), genuine };
    },
  };
}

/** What the database keeps of a token or a nonce. */
export function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/** What one signing key becomes for refresh tokens; derived once. */
interface Keys {
  readonly secret: KeyObject;
  readonly tag: KeyObject;
}

function keysOf(key: SigningKey): Keys {
  return {
    secret: createSecretKey(derivedKey(key, "refresh secret")),
    tag: createSecretKey(derivedKey(key, "refresh tag")),
  };
}

function make(keys: Keys, family: string, generation: number, nonce: string): string {
  const count = generation.toString(36);
  const secret = mac(keys.secret, `${family}.${count}.${nonce}`);
  const text = `${family}.${count}.${secret}`;
  return `${text}.${mac(keys.tag, text)}`;
}

function mac(key: KeyObject, text: string): string {
  return createHmac("sha256", key).update(text).digest().subarray(0, SECRET_BYTES).toString("base64url");
}
