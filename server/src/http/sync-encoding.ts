import { Readable } from "node:stream";
import { constants, createGzip } from "node:zlib";
import type { SyncLine, SyncResponse } from "@healthbridge/schema";
import type { SyncAnswer } from "../sync/sync-answer.ts";

/** Newline-delimited JSON. */
export const LINES_TYPE = "application/x-ndjson";

/** The parts as one object. What is empty is left out: to hear that nothing changed costs as little as it can. */
export function answerAsJson({ head, pages, tail }: SyncAnswer): SyncResponse {
  return withoutEmpty({ ...head, ...(pages.length === 0 ? {} : { changes: [...pages] }), ...tail });
}

/** The parts as lines: head, pages, end. */
export function answerLines({ head, pages, tail }: SyncAnswer): readonly string[] {
  const lines: readonly SyncLine[] = [
    { line: "head", ...withoutEmpty(head) },
    ...pages.map((page) => ({ line: "page" as const, ...page })),
    { line: "end", ...withoutEmpty(tail) },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`);
}

/**
 * The answer in lines. Each goes out, packed or not, before the next is touched, so that a cut costs the last few kB and not
 * the answer; one that is short as a whole goes in one piece.
 */
export function answerAsLines(answer: SyncAnswer, gzip: boolean, shortBytes: number): Response {
  const lines = answerLines(answer);
  const headers = { "content-type": LINES_TYPE };
  const text = lines.join("");
  if (Buffer.byteLength(text) <= shortBytes) return new Response(text, { headers });
  const plain = Readable.from(lines.map((line) => Buffer.from(line)));
  if (!gzip) return new Response(asWeb(plain), { headers });
  const packed = plain.pipe(createGzip({ flush: constants.Z_SYNC_FLUSH }));
  return new Response(asWeb(packed), { headers: { ...headers, "content-encoding": "gzip" } });
}

function asWeb(stream: Readable): ReadableStream<Uint8Array> {
  return ReadableStream.from<Uint8Array>(stream);
}

function withoutEmpty<T extends object>(part: T): T {
  const entries = Object.entries(part).filter(([, value]) => !isEmpty(value));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what is optional can be empty
  return Object.fromEntries(entries) as T;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === "" || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
