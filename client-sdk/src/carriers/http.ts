import { fits, type ProblemDetails } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import { watchdog } from "./watchdog.ts";

/** One request to our server. */
export interface Call {
  readonly method: "POST" | "DELETE";
  readonly path: string;
  readonly body?: object | undefined;
  readonly token?: string | undefined;
  /** an answer in lines is wanted: what arrived before a cut is kept */
  readonly lines?: boolean | undefined;
  /** further headers; heads cost bytes too */
  readonly headers?: Readonly<Record<string, string>>;
  /** ms without any movement after which the line counts as dead */
  readonly patience: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What came back.
 * - `answer`: our server's, with its body still to be read
 * - `problem`: our server's refusal
 * - `elsewhere`: nobody, or somebody else in our server's place (captive portal, proxy page, redirect): to us this is "offline"
 */
export type Reply =
  | {
      readonly kind: "answer";
      readonly lines: boolean;
      readonly read: () => AsyncGenerator<string>;
      readonly end: () => void;
    }
  | { readonly kind: "problem"; readonly problem: ProblemDetails; readonly retryAfter: number | undefined }
  | { readonly kind: "elsewhere"; readonly detail: string; readonly retryAfter?: number | undefined };

/** Counts bodies as they were sent and as the platform hands them over. */
export interface Meter {
  sent(bytes: number): void;
  received(bytes: number): void;
}

/** Below this many bytes gzip costs more than it saves. */
const WORTH_PACKING = 150;

/** Speaks HTTP with one server, and decides whether it was our server that answered. Never throws for what a network does. */
export class Http {
  readonly #runtime: Runtime;
  readonly #url: string;
  readonly #meter: Meter;

  constructor(runtime: Runtime, url: string, meter: Meter) {
    this.#runtime = runtime;
    this.#url = url.replace(/\/+$/, "");
    this.#meter = meter;
  }

  async call(call: Call): Promise<Reply> {
    const dog = watchdog(this.#runtime, call.patience, call.signal);
    try {
      const response = await this.#send(call, dog.signal);
      dog.touch();
      const { kind, retryAfter } = this.#recognise(response, call.lines === true);
      if (kind === "json" || kind === "lines") {
        return {
          kind: "answer",
          lines: kind === "lines",
          read: () => this.#read(response, dog.touch),
          end: dog.end,
        };
      }
      const reply = kind === "problem" ? await this.#problem(response, dog.touch, retryAfter) : undefined;
      if (reply === undefined) void response.body?.cancel().catch(() => undefined);
      dog.end();
      return (
        reply ?? { kind: "elsewhere", detail: `answered by something else (${response.status})`, retryAfter }
      );
    } catch (error) {
      dog.end();
      if (call.signal?.aborted === true) throw error;
      return { kind: "elsewhere", detail: error instanceof Error ? error.message : "no connection" };
    }
  }

  async #send(call: Call, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { ...call.headers };
    if (call.token !== undefined) headers["authorization"] = `Bearer ${call.token}`;
    if (call.lines === true) headers["accept"] = "application/x-ndjson";
    // A redirect is never followed: whoever sends one is not ours, and must not be shown the token.
    const init: RequestInit = {
      method: call.method,
      headers,
      signal,
      redirect: "manual",
      credentials: "omit",
    };
    if (call.body !== undefined) {
      const { bytes, packed } = await pack(JSON.stringify(call.body));
      headers["content-type"] = "application/json";
      if (packed) headers["content-encoding"] = "gzip";
      init.body = bytes;
      this.#meter.sent(bytes.byteLength);
    }
    return this.#runtime.fetch(this.#url + call.path, init);
  }

  #recognise(
    response: Response,
    lines: boolean,
  ): { kind: "json" | "lines" | "problem" | "other"; retryAfter: number | undefined } {
    const type = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
    const retryAfter = retryAfterOf(response.headers, this.#runtime.now());
    if (response.status >= 400)
      return { kind: type === "application/problem+json" ? "problem" : "other", retryAfter };
    if (response.status === 204) return { kind: "json", retryAfter };
    if (response.type === "opaqueredirect" || response.status < 200 || response.status >= 300)
      return { kind: "other", retryAfter };
    if (type === "application/x-ndjson" && lines) return { kind: "lines", retryAfter };
    return { kind: type === "application/json" ? "json" : "other", retryAfter };
  }

  async #problem(
    response: Response,
    touch: () => void,
    retryAfter: number | undefined,
  ): Promise<Reply | undefined> {
    let text = "";
    for await (const part of this.#read(response, touch)) text += part;
    const problem = parseJson(text);
    return fits("problem", problem) ? { kind: "problem", problem, retryAfter } : undefined;
  }

  async *#read(response: Response, touch: () => void): AsyncGenerator<string> {
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        touch();
        this.#meter.received(value.byteLength);
        yield decoder.decode(value, { stream: true });
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
    yield decoder.decode();
  }
}

/** A JSON text's value, or `undefined` for what is none (a truncated answer). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function pack(
  text: string,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly packed: boolean }> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length < WORTH_PACKING || typeof CompressionStream === "undefined")
    return { bytes, packed: false };
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  const smaller = new Uint8Array(await new Response(stream).arrayBuffer());
  return smaller.length < bytes.length ? { bytes: smaller, packed: true } : { bytes, packed: false };
}

/** ms to wait, from seconds or a date. A date is read against the answer's own clock, for the device's may be wrong by years. */
function retryAfterOf(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const wait = Date.parse(text) - (Date.parse(headers.get("date") ?? "") || now);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
