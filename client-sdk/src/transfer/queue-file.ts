import { ByteKey, ROUNDS, ROUNDS_BETWEEN } from "../byte-key.ts";
import { needCryptography } from "../cryptography.ts";
import { HealthBridgeError } from "../errors.ts";

/**
 * A queue as a file. All of it is sealed but what is needed to open it:
 *
 * | bytes | |
 * | --- | --- |
 * | 3 | `HBQ` |
 * | 1 | version of the form, 1 |
 * | 16 | salt |
 * | 4 | rounds of PBKDF2-SHA-256, the most significant byte first |
 * | 12 | nonce |
 * | n | AES-256-GCM of the content (JSON), its tag last; additional data: the first 24 bytes |
 * | 8 | the beginning of the SHA-256 of everything before: tells a broken file from a wrong passphrase |
 */
const MAGIC = "HBQ";
const VERSION = 1;
const SALT = { at: 4, bytes: 16 };
const ROUNDS_AT = SALT.at + SALT.bytes;
const HEAD_BYTES = ROUNDS_AT + 4;
const SUM_BYTES = 8;
const LEAST_BYTES = HEAD_BYTES + 12 + 16 + SUM_BYTES;
/** A file is carried to where nobody watches who tries to open it. */
const LEAST_CHARACTERS = 10;

/**
 * @param content as JSON
 * @throws HealthBridgeError `passphrase_weak`, `vault_unavailable`
 */
export async function sealFile(
  content: string,
  passphrase: string,
  random: { randomBytes(count: number): Uint8Array },
): Promise<Uint8Array<ArrayBuffer>> {
  needCryptography();
  if (passphrase.length < LEAST_CHARACTERS)
    throw new HealthBridgeError("passphrase_weak", { detail: `at least ${LEAST_CHARACTERS} characters` });
  const head = new Uint8Array(HEAD_BYTES);
  head.set(new TextEncoder().encode(MAGIC));
  head[MAGIC.length] = VERSION;
  const salt = new Uint8Array(random.randomBytes(SALT.bytes));
  head.set(salt, SALT.at);
  new DataView(head.buffer).setUint32(ROUNDS_AT, ROUNDS);
  const key = await ByteKey.fromText(passphrase, { salt, rounds: ROUNDS });
  const sealed = await key.seal(new TextEncoder().encode(content), head, random);
  const body = joined(head, sealed);
  return joined(body, await sumOf(body));
}

/**
 * @returns the content
 * @throws HealthBridgeError `file_damaged`, `file_newer`, `passphrase_wrong`, `vault_unavailable`
 */
export async function openFile(file: Uint8Array, passphrase: string): Promise<string> {
  needCryptography();
  const bytes = new Uint8Array(file);
  const head = bytes.subarray(0, HEAD_BYTES);
  if (new TextDecoder().decode(head.subarray(0, MAGIC.length)) !== MAGIC) throw damaged();
  if ((head[MAGIC.length] ?? 0) > VERSION) throw new HealthBridgeError("file_newer");
  if (bytes.length < LEAST_BYTES) throw damaged();
  const body = bytes.subarray(0, bytes.length - SUM_BYTES);
  const sum = await sumOf(body);
  if (sum.some((byte, at) => byte !== bytes[body.length + at])) throw damaged();
  const rounds = new DataView(bytes.buffer).getUint32(ROUNDS_AT);
  if (rounds < ROUNDS_BETWEEN.least || rounds > ROUNDS_BETWEEN.most) throw damaged();
  const salt = bytes.slice(SALT.at, ROUNDS_AT);
  const key = await ByteKey.fromText(passphrase, { salt, rounds });
  const content = await key.open(body.slice(HEAD_BYTES), head);
  if (content === undefined) throw new HealthBridgeError("passphrase_wrong");
  return new TextDecoder().decode(content);
}

/** For what is no such file, or not all of one. */
export function damaged(): HealthBridgeError {
  return new HealthBridgeError("file_damaged");
}

async function sumOf(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, SUM_BYTES);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(one.length + other.length);
  made.set(one);
  made.set(other, one.length);
  return made;
}
