import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { type ProblemCode, problemDetails } from "@healthbridge/schema";
import type { Hono } from "hono";
import type { Timers } from "../adapters/timers.ts";
import { answerClientError, noteAnswer, RAW_HEADERS } from "./client-error.ts";
import { shareConnections } from "./connection-shares.ts";
import type { RequestEnv } from "./context.ts";
import { LISTEN_TIMES_MS, type ListenTimes } from "./listen-times.ts";
import { opened, urlOf } from "./open-port.ts";

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
  /** open at one time; one address may hold a part of them */
  readonly connections: number;
  /** which addresses may hold all of them, for they speak for many; left out: none but this machine */
  readonly isProxy?: ((address: string) => boolean) | undefined;
  readonly timers: Timers;
  /** ms; the standard stands beside the names */
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
  const times = { ...LISTEN_TIMES_MS, ...options.times };
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
  shareConnections(server, options.connections, options.isProxy);
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
  return (incoming, outgoing): void => {
    noteAnswer(incoming.socket, outgoing);
    // Node reads no further behind a request that wants another protocol: what follows would wait for ever.
    if (incoming.headers.upgrade !== undefined) outgoing.shouldKeepAlive = false;
    // Node takes the first; whoever passed the request on may have believed the other (RFC 9112, 3.2).
    if ((incoming.headersDistinct["host"]?.length ?? 0) > 1) return refuse(outgoing, "host");
    void listener(incoming, outgoing);
  };
}

/** A client that expects what HTTP does not have; Node would refuse it in its own way. */
function answerExpectation(_incoming: IncomingMessage, outgoing: ServerResponse): void {
  refuse(outgoing, "expect");
}

/** Refuses what does not reach the app for what one of its headers says. */
function refuse(outgoing: ServerResponse, header: string): void {
  const problem = problemDetails({ code: "malformed", path: header });
  const body = JSON.stringify(problem);
  const length = { "content-length": Buffer.byteLength(body) };
  outgoing.writeHead(problem.status, { ...RAW_HEADERS, ...length, connection: "close" }).end(body);
}

function rawProblem(code: ProblemCode): Response {
  const problem = problemDetails({ code });
  return new Response(JSON.stringify(problem), { status: problem.status, headers: RAW_HEADERS });
}

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
