import { argon2, timingSafeEqual } from "node:crypto";
import type { Randomness } from "../adapters/randomness.ts";
import { Places } from "./places.ts";

interface Costs {
  /** KiB */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. About 60 ms of one processor. */
const COSTS: Costs = { memory: 19_456, passes: 2, parallelism: 1 };
/** What a stored hash may ask for: a row written by somebody else must not be able to stop the server. */
const MOST: Costs = { memory: 131_072, passes: 8, parallelism: 4 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const AT_ONCE = 2;
const WAITING = 100;

/** Turns passwords into hashes and back into yes or no. */
export interface PasswordHasher {
  /** Argon2id in PHC form with a fresh salt. */
  hash(password: string): Promise<string>;
  /** Whether a password fits; for `undefined` (no such account) it takes as long and says no. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

export function createPasswordHasher(randomness: Randomness): PasswordHasher {
  const places = new Places(AT_ONCE, WAITING);
  const dummy = formatPhc(COSTS, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));
  return {
    hash: (password) =>
      places.run(async () => {
        const salt = randomness.bytes(SALT_BYTES);
        return formatPhc(COSTS, salt, await derive(password, salt, COSTS, HASH_BYTES));
      }),
    verify: (password, hash) =>
      places.run(async () => {
        const known = hash === undefined ? undefined : parsePhc(hash);
        const against = known ?? parsePhc(dummy);
        if (against === undefined) return false;
        const found = await derive(password, against.salt, against.costs, against.hash.length);
        return timingSafeEqual(found, against.hash) && known !== undefined;
      }),
  };
}

/** The same text typed on two keyboards can differ in code points: NFC makes it one (RFC 8265). Nothing is cut off. */
function derive(password: string, salt: Uint8Array, costs: Costs, tagLength: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const parameters = { ...costs, message: password.normalize("NFC"), nonce: salt, tagLength };
  argon2("argon2id", parameters, (error, key) => {
    if (error === null) resolve(key);
    else reject(error);
  });
  return promise;
}

function formatPhc(costs: Costs, salt: Uint8Array, hash: Uint8Array): string {
  const { memory, passes, parallelism } = costs;
  const settings = `m=${String(memory)},t=${String(passes)},p=${String(parallelism)}`;
  return `$argon2id$v=19$${settings}$${base64(salt)}$${base64(hash)}`;
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{22,88})$/;

interface Phc {
  readonly costs: Costs;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Reads a PHC string; `undefined` for what is none of ours. */
function parsePhc(text: string): Phc | undefined {
  const [, memory, passes, parallelism, salt = "", hash = ""] = PHC.exec(text) ?? [];
  const costs = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  if (!(costs.memory <= MOST.memory && costs.passes <= MOST.passes && costs.parallelism <= MOST.parallelism))
    return undefined;
  return { costs, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
