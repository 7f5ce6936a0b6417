import { encodeBase64Url, type EntityId } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import { needCryptography } from "../cryptography.ts";

const SEAL_BYTES = 16;
/** Bytes of the seal's digest that make an id's stream. */
const STREAM_BYTES = 12;

/** An id that only whoever drew it can begin to upload under, though everybody in the conversation may read it first. */
export async function drawSeal({
  randomBytes,
}: Pick<Runtime, "randomBytes">): Promise<{ readonly id: EntityId; readonly seal: string }> {
  const seal = new Uint8Array(randomBytes(SEAL_BYTES));
  const digest = await sha256(seal);
  return { id: `${encodeBase64Url(digest.subarray(0, STREAM_BYTES))}.1`, seal: encodeBase64Url(seal) };
}

/** SHA-256 in base64url. */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return encodeBase64Url(await sha256(bytes));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  needCryptography();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
