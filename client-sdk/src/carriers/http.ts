import { fits } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import { Failed, offline } from "../errors.ts";
import { watchdog } from "./watchdog.ts";

/** One request to our server. */
export interface Call {
  /** default: POST */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** below `/v1/` */
  readonly path: string;
  readonly body?: object | undefined;
  readonly token?: string | undefined;
  /** an answer in lines is wanted: what arrived before a cut is kept */
  readonly lines?: boolean | undefined;
  /** further headers; heads cost bytes too */
  readonly headers?: Readonly<Record<string, string>>;
  /** ms without any movement after which the line counts as dead; the default is for small answers */
  readonly patience?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer of our server's, with its body still to be read. */
export interface Answer {
  readonly lines: boolean;
  readonly read: () => AsyncGenerator<string>;
  readonly end: () => void;
}

/** Counts bodies as they were sent and as the platform hands them over. */
interface Meter {
  bytesSent: number;
  bytesReceived: number;
}

/** Asks our server. What a network does, and our server's refusals, are thrown as `Failed`. */
export type Http = (call: Call) => Promise<Answer>;

/** Thrown for an answer that ended before its end, or that is not what our server says. What was read before it stands. */
export class Cut extends Error {}

/** Below this many bytes gzip costs more than it saves. */
const WORTH_PACKING = 150;
const PATIENCE = 30_000;

/** Speaks HTTP with one server, and decides whether it was our server that answered. */
export function openHttp(runtime: Runtime, url: string, meter: Meter): Http {
  const base = `${url.replace(/\/+$/, "")}/v1/`;
  return async (call) => {
    const { patience = PATIENCE, signal } = call;
    const dog = watchdog(runtime, patience, signal);
    try {
      const init = await request(call);
      meter.bytesSent += init.body?.length ?? 0;
      const response = await runtime.fetch(base + call.path, { ...init, signal: dog.signal });
      dog.touch();
      const { headers, ok, status, body } = response;
      const [, type = ""] = /^application\/([\w+-]+)/.exec(headers.get("content-type") ?? "") ?? [];
      const lines = !!call.lines && type === "x-ndjson";
      const read = (): AsyncGenerator<string> =>
        chunks(body, (bytes) => {
          dog.touch();
          meter.bytesReceived += bytes;
        });
      if (ok && (lines || type === "json" || status === 204)) return { lines, read, end: dog.end };
      const retryAfter = retryAfterOf(headers, runtime.now());
      const problem = status >= 400 && type === "problem+json" ? parseJson(await textOf(read())) : undefined;
      // Nobody, or somebody else in our server's place (captive portal, proxy page, redirect), is to us "offline".
      throw fits("problem", problem)
        ? new Failed("lost", problem.code, { ...problem, retryAfter })
        : offline(`not ours (${status})`, { retryAfter });
    } catch (error) {
      dog.end();
      if (signal?.aborted || error instanceof Failed) throw error;
      throw offline(String(error));
    }
  };
}

/** A JSON text's value, or `undefined` for what is none (a truncated answer). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A small answer's value. */
export async function valueOf({ read, end }: Answer): Promise<unknown> {
  try {
    return parseJson(await textOf(read()));
  } catch (cause) {
    throw offline("the answer was cut", { cause });
  } finally {
    end();
  }
}

/** All of an answer's body. */
export async function textOf(chunks: AsyncGenerator<string>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += chunk;
  return text;
}

async function request({
  method = "POST",
  token,
  lines,
  headers: more,
  body,
}: Call): Promise<RequestInit & { readonly body?: Uint8Array<ArrayBuffer> }> {
  const headers: Record<string, string> = { ...more };
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  if (lines) headers["accept"] = "application/x-ndjson";
  // A redirect is never followed: whoever sends one is not ours, and must not be shown the token.
  const init = { method, headers, redirect: "manual", credentials: "omit" } as const;
  if (!body) return init;
  headers["content-type"] = "application/json";
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  if (bytes.length < WORTH_PACKING || typeof CompressionStream === "undefined")
    return { ...init, body: bytes };
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  headers["content-encoding"] = "gzip";
  return { ...init, body: new Uint8Array(await new Response(stream).arrayBuffer()) };
}

/** A body's text as it comes. What a line does (resets, time-outs) meanwhile is a cut like any other. */
async function* chunks(
  body: ReadableStream<Uint8Array> | null,
  received: (bytes: number) => void,
): AsyncGenerator<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const value = (await reader?.read())?.value;
      if (!value) break;
      received(value.byteLength);
      yield decoder.decode(value, { stream: true });
    }
  } catch (error) {
    throw new Cut(String(error), { cause: error });
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
  yield decoder.decode();
}

/** ms to wait, from seconds or a date. A date is read against the answer's own clock, for the device's may be wrong by years. */
function retryAfterOf(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const wait = Date.parse(text) - (Date.parse(headers.get("date") ?? "") || now);
  return wait > 0 ? wait : undefined;
}
