import type { Line } from "./line.ts";

/** How long a message's body is. */
export type Framing =
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  /** an answer that ends with its connection */
  | { readonly kind: "until-close" };

/** A request's or answer's head, as it came. */
export interface Head {
  /** with the empty line */
  readonly raw: Buffer;
  /** `POST /v1/sync HTTP/1.1`, or `HTTP/1.1 200 OK` */
  readonly first: string;
  readonly headers: ReadonlyMap<string, string>;
}

const LONGEST_HEAD = 65_536;
const EMPTY_LINE = "\r\n\r\n";
const NO_BODY: Framing = { kind: "length", bytes: 0 };

/** The next head on a line; `undefined` when the line ends first, or speaks something else. */
export async function readHead(line: Line): Promise<Head | undefined> {
  let all = Buffer.alloc(0);
  for (;;) {
    const end = all.indexOf(EMPTY_LINE);
    if (end >= 0) {
      line.unread(all.subarray(end + EMPTY_LINE.length));
      return parseHead(all.subarray(0, end + EMPTY_LINE.length));
    }
    const chunk = all.length > LONGEST_HEAD ? undefined : await line.next();
    if (chunk === undefined) return undefined;
    all = Buffer.concat([all, chunk]);
  }
}

export function parseHead(raw: Buffer): Head {
  const [first = "", ...lines] = raw.toString("latin1").trimEnd().split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { raw, first, headers };
}

export function requestFraming({ headers }: Head): Framing {
  return framingOf(headers) ?? NO_BODY;
}

export function statusOf(answer: Head): number {
  return Number(answer.first.split(" ")[1] ?? 0);
}

export function answerFraming(answer: Head, method: string): Framing {
  const status = statusOf(answer);
  if (method === "HEAD" || status === 204 || status === 304) return NO_BODY;
  return framingOf(answer.headers) ?? { kind: "until-close" };
}

function framingOf(headers: ReadonlyMap<string, string>): Framing | undefined {
  if (headers.get("transfer-encoding")?.toLowerCase().endsWith("chunked") === true)
    return { kind: "chunked" };
  const length = headers.get("content-length");
  return length === undefined ? undefined : { kind: "length", bytes: Number(length) };
}

/** A body's bytes as they are on the wire, chunk sizes included. Ends early when the line does; then `whole` stays false. */
export class Body {
  whole = false;
  /** so many have gone by */
  bytes = 0;
  readonly #line: Line;
  readonly #framing: Framing;

  constructor(line: Line, framing: Framing) {
    this.#line = line;
    this.#framing = framing;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const end = endOf(this.#framing);
    this.whole = end.reached;
    while (!this.whole) {
      const chunk = await this.#line.next();
      if (chunk === undefined) break;
      const taken = end.take(chunk);
      this.#line.unread(chunk.subarray(taken));
      this.whole = end.reached;
      this.bytes += taken;
      yield chunk.subarray(0, taken);
    }
    if (this.#framing.kind === "until-close") this.whole = !this.#line.broken;
  }
}

/** Finds where a body ends. */
interface End {
  readonly reached: boolean;
  /** Answers how many of these bytes are the body's. */
  take(chunk: Buffer): number;
}

function endOf(framing: Framing): End {
  if (framing.kind === "chunked") return new LastChunk();
  let left = framing.kind === "length" ? framing.bytes : Number.POSITIVE_INFINITY;
  return {
    get reached() {
      return left === 0;
    },
    take(chunk) {
      const taken = Math.min(left, chunk.length);
      left -= taken;
      return taken;
    },
  };
}

const NEW_LINE = 0x0a;

/** Follows sizes, data and trailers of a chunked body. */
class LastChunk implements End {
  reached = false;
  #line = "";
  /** bytes of data, with their line end, that are still to come */
  #data = 0;
  #trailers = false;

  take(chunk: Buffer): number {
    let at = 0;
    while (at < chunk.length && !this.reached) {
      if (this.#data > 0) {
        const taken = Math.min(this.#data, chunk.length - at);
        this.#data -= taken;
        at += taken;
      } else {
        this.#takeByte(chunk.readUInt8(at));
        at += 1;
      }
    }
    return at;
  }

  #takeByte(byte: number): void {
    if (byte !== NEW_LINE) {
      this.#line += String.fromCodePoint(byte);
      return;
    }
    const line = this.#line.trim();
    this.#line = "";
    if (this.#trailers) {
      this.reached = line === "";
      return;
    }
    const size = Number.parseInt(line, 16);
    if (size > 0) this.#data = size + 2;
    else this.#trailers = true;
  }
}

/** A whole message: its wire bytes, and the body without chunk sizes. */
export interface Message {
  readonly head: Head;
  readonly wire: Buffer;
  readonly body: Buffer;
}

/** Reads a message to its end; `undefined` when the line ended first. */
export async function readMessage(line: Line, head: Head, framing: Framing): Promise<Message | undefined> {
  const body = new Body(line, framing);
  const parts: Buffer[] = [];
  for await (const chunk of body) parts.push(chunk);
  if (!body.whole) return undefined;
  const bytes = Buffer.concat(parts);
  return {
    head,
    wire: Buffer.concat([head.raw, bytes]),
    body: framing.kind === "chunked" ? withoutSizes(bytes) : bytes,
  };
}

function withoutSizes(chunked: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = chunked.indexOf("\r\n", at);
    const size = Number.parseInt(chunked.subarray(at, end).toString("latin1"), 16);
    if (end < 0 || !(size > 0)) return Buffer.concat(parts);
    parts.push(chunked.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
