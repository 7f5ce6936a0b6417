import { REALTIME_LIMITS, type SyncRequest, type SyncResponse } from "@healthbridge/schema/client";
import type { LineSocket } from "../adapters/platform-socket.ts";
import { parseJson } from "../carriers/http.ts";
import { isRecord } from "../outbox/rows.ts";
import { canUnpack, packed, unpacked } from "./packing.ts";

/** Why a talk is over. */
export interface TalkEnd {
  /** of the close frame; 1006 where there was none */
  readonly code: number;
  readonly reason: string;
}

/** Who hears what the server says without being asked. */
export interface TalkListener {
  /** Anything: the server is there. */
  readonly heard: () => void;
  /** something is new */
  readonly moved: () => void;
  /** what is new, for whoever stands at these cursors */
  readonly page: (page: SyncResponse, since: string) => void;
  /** another participant of a conversation does something that is not kept */
  readonly whispered: (frame: Readonly<Record<string, unknown>>) => void;
}

/** A problem's fields that become an HTTP answer's. */
const MS = 1_000;

/** One open socket: requests with their answers, and what comes unasked. */
export class Talk {
  readonly ended: Promise<TalkEnd>;
  readonly #socket: LineSocket;
  readonly #listener: TalkListener;
  readonly #waiting = new Map<number, (answer: Response | undefined) => void>();
  #id = 0;
  #over = false;
  /** frames are taken in in the order in which they came, unpacked or not */
  #turn: Promise<void> = Promise.resolve();

  constructor(socket: LineSocket, listener: TalkListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.binaryType = "arraybuffer";
    const ended = Promise.withResolvers<TalkEnd>();
    this.ended = ended.promise;
    socket.addEventListener("message", ({ data }) => {
      listener.heard();
      this.#turn = this.#turn.then(() => this.#take(data)).catch(() => this.hangUp());
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.#end();
      ended.resolve({ code, reason });
    });
    // A close follows.
    socket.addEventListener("error", () => undefined);
  }

  /**
   * Asks. `undefined`: it is too large for a frame, or the line broke, and nobody knows whether the server has heard it.
   * @param request a sync request as JSON
   */
  async ask(request: string, signal: AbortSignal | null | undefined): Promise<Response | undefined> {
    const id = (this.#id += 1);
    const frame = await packed(`{"id":${id},"sync":${request},"gzip":${canUnpack()},"push":true}`);
    signal?.throwIfAborted();
    // A character is three bytes at most where a frame goes as text.
    const size = typeof frame === "string" ? frame.length * 3 : frame.length;
    if (this.#over || size > REALTIME_LIMITS.frameBytes) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<Response | undefined>();
    const abort = (): void => {
      reject(signal?.reason);
    };
    this.#waiting.set(id, resolve);
    signal?.addEventListener("abort", abort);
    this.#say(frame);
    try {
      return await promise;
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Says something that nobody answers. */
  whisper(frame: object): void {
    if (!this.#over) this.#say(JSON.stringify(frame));
  }

  /** Ends it without waiting for the other side, which may be long gone. */
  hangUp(): void {
    this.#end();
    this.#socket.close();
  }

  #say(frame: string | Uint8Array<ArrayBuffer>): void {
    try {
      this.#socket.send(frame);
    } catch {
      // It is closing: who waits is told by that.
    }
  }

  #end(): void {
    this.#over = true;
    for (const resolve of this.#waiting.values()) resolve(undefined);
  }

  async #take(data: unknown): Promise<void> {
    const text = typeof data === "string" ? data : data instanceof ArrayBuffer ? await unpacked(data) : "";
    const frame = parseJson(text);
    if (!isRecord(frame)) return;
    const { id, answer, problem, page, since, moved } = frame;
    const waits = typeof id === "number" ? this.#waiting.get(id) : undefined;
    if (waits) waits(responseOf(answer, problem, frame["retryAfter"]));
    else if (isAnswer(page) && typeof since === "string") this.#listener.page(page, since);
    else if (moved === true) this.#listener.moved();
    else if ("by" in frame) this.#listener.whispered(frame);
  }
}

/** An answer as HTTP would carry it: whoever asked need not know what did. */
function responseOf(answer: unknown, problem: unknown, retryAfter: unknown): Response {
  if (!isRecord(problem)) return answerResponse(answer);
  const status = problem["status"];
  return new Response(JSON.stringify(problem), {
    status: typeof status === "number" && status >= 400 && status < 600 ? status : 500,
    headers: {
      "content-type": "application/problem+json",
      ...(typeof retryAfter === "number" ? { "retry-after": `${Math.ceil(retryAfter / MS)}` } : {}),
    },
  });
}

/** A sync's answer as HTTP would carry it. */
export function answerResponse(answer: unknown): Response {
  return new Response(JSON.stringify(answer ?? null), { headers: { "content-type": "application/json" } });
}

/** What is in it is read where every answer is. */
function isAnswer(page: unknown): page is SyncResponse {
  return isRecord(page);
}

/** A request's body as the SDK hands it to `fetch`: JSON, packed or not. */
export async function requestText({ body, headers }: RequestInit): Promise<string | undefined> {
  if (!(body instanceof Uint8Array)) return undefined;
  const bytes = new Uint8Array(body);
  return new Headers(headers).has("content-encoding") ? unpacked(bytes) : new TextDecoder().decode(bytes);
}

/** What a request's text says, unchecked. */
export function requestOf(text: string): Partial<SyncRequest> {
  const request = parseJson(text);
  return isRecord(request) ? request : {};
}
