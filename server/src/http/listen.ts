import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { type ProblemCode, problemDetails } from "@healthbridge/schema";
import type { Hono } from "hono";
import type { Timers } from "../adapters/timers.ts";
import type { RequestEnv } from "./context.ts";
import { opened, urlOf } from "./open-port.ts";

/**
 * How long a client may take. The head is a few hundred bytes: who needs longer than ten seconds for it holds a connection and
 * nothing else. A body can be 128 kB over 2G with stalls: at 8 kbit/s that is over two minutes, so the whole request has five,
 * and what ends it earlier is silence, 45 seconds of it. Between requests a connection may rest for 65 seconds, longer than
 * proxies keep theirs (60), so that it is the proxy who closes.
 */
const TIMES_MS: ListenTimes = {
  headers: 10_000,
  request: 300_000,
  silence: 45_000,
  rest: 65_000,
  check: 5_000,
};
export interface ListenTimes {
  readonly headers: number;
  readonly request: number;
  readonly silence: number;
  readonly rest: number;
  readonly check: number;
}

/** Ours have under 500 bytes; proxies add theirs. */
const MOST_HEADER_BYTES = 8_192;

/** Who takes requests for sockets. */
export interface SocketDoor {
  /** Any other request that asks for another protocol is answered as if it did not. */
  wants(request: IncomingMessage): boolean;
  take(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void>;
}

export interface ListenOptions {
  readonly app: Hono<RequestEnv>;
  /** left out: there are no sockets here */
  readonly sockets?: SocketDoor | undefined;
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly timers: Timers;
  /** ms; the standard is explained above */
  readonly times?: Partial<ListenTimes>;
}

/** An open door. */
export interface Listener {
  readonly url: string;
  /** Takes no new connection, lets running requests finish until the time is over, then closes what is left. */
  close(drainMs: number): Promise<void>;
}

/** Opens the door; rejects when the port is taken. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const times = { ...TIMES_MS, ...options.times };
  const server = createServer(
    {
      headersTimeout: times.headers,
      requestTimeout: times.request,
      keepAliveTimeout: times.rest,
      connectionsCheckingInterval: times.check,
      maxHeaderSize: MOST_HEADER_BYTES,
      // The adapter refuses a request without one, as a problem; Node would with an empty answer.
      requireHostHeader: false,
      noDelay: true,
      shouldUpgradeCallback: (request) => options.sockets?.wants(request) ?? false,
    },
    requestListener(options.app),
  );
  server.on("upgrade", (request, connection, head) => void options.sockets?.take(request, connection, head));
  server.timeout = times.silence;
  server.maxConnections = options.connections;
  server.on("clientError", answerClientError);
  server.on("checkExpectation", answerExpectation);
  await opened(server, options);
  return {
    url: urlOf(server, options.host),
    close: (drainMs) => close(server, drainMs, options.timers),
  };
}

function requestListener(
  app: Hono<RequestEnv>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    // Only what the adapter itself refuses comes here: a host or target that is none.
    errorHandler: () => rawProblem("malformed"),
    overrideGlobalObjects: false,
  });
  return (incoming, outgoing) => {
    noteAnswer(incoming.socket, outgoing);
    // Node reads no further behind a request that wants another protocol: what follows would wait for ever.
    if (incoming.headers.upgrade !== undefined) outgoing.shouldKeepAlive = false;
    void listener(incoming, outgoing);
  };
}

/** The answers that each connection still owes, in the order of its requests. */
const OWED = new WeakMap<Socket, Set<ServerResponse>>();

function noteAnswer(socket: Socket, answer: ServerResponse): void {
  const owed = OWED.get(socket) ?? new Set();
  OWED.set(socket, owed.add(answer));
  answer.once("close", () => owed.delete(answer));
}

/** Whether what is written now reaches the client as the answer to what could not be read, and not to a request before it. */
function isNextAnswer(socket: Socket): boolean {
  const [first, second] = OWED.get(socket) ?? [];
  if (first === undefined) return true;
  return second === undefined && !first.headersSent && !first.req.complete;
}

const RAW_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none';frame-ancestors 'none'",
  "content-type": "application/problem+json",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** A client that expects what HTTP does not have; Node would refuse it in its own way. */
function answerExpectation(_incoming: IncomingMessage, outgoing: ServerResponse): void {
  const problem = problemDetails({ code: "malformed", path: "expect" });
  const body = JSON.stringify(problem);
  const length = { "content-length": Buffer.byteLength(body) };
  outgoing.writeHead(problem.status, { ...RAW_HEADERS, ...length, connection: "close" }).end(body);
}

function rawProblem(code: ProblemCode): Response {
  const problem = problemDetails({ code });
  return new Response(JSON.stringify(problem), { status: problem.status, headers: RAW_HEADERS });
}

/** What Node's parser refuses never reaches the app: bad chunks, two lengths, heads that are too large or too slow. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable || !isNextAnswer(socket)) {
    socket.destroy();
    return;
  }
  const [status, code] = CLIENT_ERRORS.get(error.code ?? "") ?? BAD_REQUEST;
  const body = JSON.stringify({ ...problemDetails({ code }), status: Number(status.slice(0, 3)) });
  const headers = Object.entries(RAW_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `content-length: ${String(Buffer.byteLength(body))}\r\n`;
  socket.end(`HTTP/1.1 ${status}\r\n${headers.join("")}${length}connection: close\r\n\r\n${body}`);
}

const BAD_REQUEST = ["400 Bad Request", "malformed"] as const;
const CLIENT_ERRORS: ReadonlyMap<string, readonly [status: string, code: ProblemCode]> = new Map([
  ["HPE_HEADER_OVERFLOW", ["431 Request Header Fields Too Large", "too_large"]],
  ["ERR_HTTP_REQUEST_TIMEOUT", ["408 Request Timeout", "malformed"]],
] as const);

async function close(server: Server, drainMs: number, timers: Timers): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => {
    resolve();
  });
  server.closeIdleConnections();
  const callOff = timers.after(drainMs, () => {
    server.closeAllConnections();
  });
  await promise;
  callOff();
}
