import type { EntityId, StreamId } from "./shapes/ids.ts";

/** Characters a stream id is made of (RFC 4648, section 5). */
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STREAM_ID_BYTES = 12;

/** The largest number an operation can have in its stream. */
export const LARGEST_OPERATION_NUMBER = 4_294_967_295;

/** Joins a stream and a number to the id of the operation (and of what it creates). */
export function operationId(stream: StreamId, number: number): EntityId {
  return `${stream}.${number}`;
}

/** Takes an operation's id apart. */
export function splitOperationId(id: EntityId): { readonly stream: StreamId; readonly number: number } {
  const dot = id.indexOf(".");
  return { stream: id.slice(0, dot), number: Number(id.slice(dot + 1)) };
}

/**
 * Draws a stream id.
 * @param randomBytes a source of cryptographic randomness (bytes in, bytes out)
 */
export function drawStreamId(randomBytes: (count: number) => Uint8Array): StreamId {
  return encodeBase64Url(randomBytes(STREAM_ID_BYTES));
}

/** Base64url without padding; for lengths that are a multiple of three nothing is lost. */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = "";
  let word = 0;
  let bits = 0;
  for (const byte of bytes) {
    word = (word << 8) | byte;
    for (bits += 8; bits >= 6;) text += BASE64URL.charAt((word >> (bits -= 6)) & 63);
  }
  return bits > 0 ? text + BASE64URL.charAt((word << (6 - bits)) & 63) : text;
}
