import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { vi } from "vitest";
import { type RawData, WebSocket } from "ws";
import type { TestServer } from "../http/running-server.ts";

/** One frame of the server's, with what a test looks at. */
export interface SeenFrame {
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into JSON of every shape
  readonly json: Record<string, any>;
  readonly bytes: number;
  readonly packed: boolean;
}

export interface LineOptions {
  readonly ticket?: string;
  readonly origin?: string;
  readonly protocols?: readonly string[];
  readonly path?: string;
  readonly headers?: Record<string, string>;
  /** answers no pings */
  readonly deaf?: boolean;
}

const opened: LineClient[] = [];

/** Hangs up on every line, and waits until that is through: an account may have so many. */
export async function hangUp(): Promise<void> {
  const lines = opened.splice(0);
  for (const { ws } of lines) ws.terminate();
  await Promise.all(lines.map(({ closed }) => closed));
}

/** A ticket for whoever has this token. */
export async function ticketFor(
  server: TestServer,
  token: string,
  json: object = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const { status, text } = await server.send("POST", "/v1/realtime/ticket", { json, token, headers });
  if (status !== 201) throw new Error(`no ticket: ${text}`);
  return String(JSON.parse(text).ticket);
}

/** An open line, as an app's. */
export class LineClient {
  readonly frames: SeenFrame[] = [];
  readonly ws: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  #id = 0;

  constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("error", () => undefined);
    ws.on("message", (data, binary) => {
      const bytes = bytesOf(data);
      const text = binary ? gunzipSync(bytes).toString() : bytes.toString();
      this.frames.push({ json: JSON.parse(text), bytes: bytes.length, packed: binary });
    });
    this.closed = new Promise((resolve) => {
      ws.on("close", (code, reason) => {
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  send(frame: object | string | Buffer): void {
    this.ws.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** Waits for a frame, and takes it and what came before it out of `frames`. */
  async next(accepts: (json: SeenFrame["json"]) => boolean = () => true): Promise<SeenFrame> {
    await vi.waitUntil(() => this.frames.some(({ json }) => accepts(json)), {
      timeout: 20_000,
      interval: 10,
    });
    const at = this.frames.findIndex(({ json }) => accepts(json));
    const [found] = this.frames.splice(0, at + 1).slice(-1);
    if (found === undefined) throw new Error("no frame");
    return found;
  }

  /** Syncs over the line; answers the frame. */
  async sync(request: object = {}, more: object = {}): Promise<SeenFrame> {
    const id = this.#ask(request, more);
    return this.next((json) => json["id"] === id);
  }

  /** Everything that was heard and not taken until now, which is when a sync that is asked now is answered. */
  async heard(): Promise<ReadonlyArray<SeenFrame["json"]>> {
    const id = this.#ask({}, {});
    await vi.waitUntil(() => this.frames.some(({ json }) => json["id"] === id), {
      timeout: 20_000,
      interval: 10,
    });
    return this.frames.splice(0).flatMap(({ json }) => (json["id"] === id ? [] : [json]));
  }

  #ask(request: object, more: object): number {
    const id = (this.#id += 1);
    const stream = randomBytes(12).toString("base64url");
    this.send({ id, sync: { protocol: 1, stream, from: 1, ...request }, ...more });
    return id;
  }
}

/** Opens a line; rejects with the status where it is refused. */
export async function openLine(
  server: TestServer,
  token: string,
  options: LineOptions = {},
): Promise<LineClient> {
  const { origin, deaf = false, path = "/v1/realtime" } = options;
  const pageHeaders = origin === undefined ? {} : { origin };
  const ticket = options.ticket ?? (await ticketFor(server, token, {}, pageHeaders));
  const protocols = options.protocols ?? ["healthbridge.1", `ticket.${ticket}`];
  const ws = new WebSocket(`${server.url.replace("http", "ws")}${path}`, [...protocols], {
    headers: { ...pageHeaders, ...options.headers },
    autoPong: !deaf,
    perMessageDeflate: true,
  });
  const line = new LineClient(ws);
  opened.push(line);
  await new Promise<void>((resolve, reject) => {
    ws.once("open", resolve);
    ws.once("unexpected-response", (request, response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => {
        reject(new RefusedLine(response.statusCode ?? 0, text, response.headers));
        request.destroy();
      });
    });
    ws.once("error", reject);
  });
  return line;
}

/** A request for a socket that was answered with something else. */
export class RefusedLine extends Error {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into JSON of every shape
  readonly body: any;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;

  constructor(status: number, text: string, headers: RefusedLine["headers"]) {
    super(`refused with ${String(status)}: ${text}`);
    this.status = status;
    this.headers = headers;
    this.body = JSON.parse(text);
  }
}

/** How a request for a line is refused. */
export async function refusalOf(opening: Promise<LineClient>): Promise<RefusedLine> {
  const refusal = await opening.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refusal instanceof RefusedLine)) throw new Error("it was not refused", { cause: refusal });
  return refusal;
}

/** A line on which a test writes bytes as it likes: what no client that is one would send. */
export async function rawLine(server: TestServer, token: string): Promise<Socket> {
  const ticket = await ticketFor(server, token);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  const key = randomBytes(16).toString("base64");
  socket.write(
    `GET /v1/realtime HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: healthbridge.1, ticket.${ticket}\r\n\r\n`,
  );
  const [answer] = (await once(socket, "data")) as [Buffer];
  if (!answer.toString().startsWith("HTTP/1.1 101 ")) throw new Error(`no socket: ${answer.toString()}`);
  return socket;
}

/** A frame as RFC 6455 writes it. */
export function frameBytes(
  opcode: number,
  payload: Buffer,
  { fin = true, reserved = 0, masked = true }: { fin?: boolean; reserved?: number; masked?: boolean } = {},
): Buffer {
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode];
  const mask = masked ? 0x80 : 0;
  if (payload.length < 126) head.push(mask | payload.length);
  else if (payload.length < 65_536) head.push(mask | 126, payload.length >> 8, payload.length & 0xff);
  else {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(payload.length));
    head.push(mask | 127, ...length);
  }
  // A mask of noughts changes nothing.
  return Buffer.concat([Buffer.from(head), Buffer.alloc(masked ? 4 : 0), payload]);
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
