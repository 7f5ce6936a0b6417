import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { LIMITS } from "@healthbridge/schema";
import { httpProblem } from "../http/problem.ts";

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Below this a gzip is hardly smaller than what it packs. */
const LEAST_CHARACTERS = 300;

/** A frame's text, packed where that makes it smaller. */
export async function packed(text: string): Promise<string | Uint8Array> {
  if (text.length < LEAST_CHARACTERS) return text;
  const bytes = await pack(text);
  return bytes.length < text.length ? bytes : text;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The text of a frame that came packed. It stops unpacking at the size of a request's body, however little was sent.
 * @throws HttpProblem `too_large`, `malformed`
 */
export async function unpacked(frame: Buffer): Promise<string> {
  try {
    return utf8.decode(await unpack(frame, { maxOutputLength: LIMITS.bodyBytes }));
  } catch (error) {
    const tooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw httpProblem(
      tooLarge ? "too_large" : "malformed",
      undefined,
      tooLarge ? undefined : "not a whole gzip",
    );
  }
}
