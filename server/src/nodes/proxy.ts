import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect, type Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { problemDetails } from "@healthbridge/schema";
import type { Timers } from "../adapters/timers.ts";
import { answerClientError, noteAnswer } from "../http/client-error.ts";
import { shareConnections } from "../http/connection-shares.ts";
import { LISTEN_TIMES_MS, type ListenTimes } from "../http/listen-times.ts";
import { opened, urlOf } from "../http/open-port.ts";
import type { Backend, Backends } from "./backends.ts";
import { answerLines, requestLines, upgradeLines } from "./proxy-heads.ts";

export interface ProxyOptions {
  readonly host: string;
  readonly port: number;
  readonly backends: Backends;
  readonly timers: Timers;
  /** open at one time; one address may hold a part of them */
  readonly connections: number;
  /** which addresses may hold all of them; left out: none but this machine */
  readonly isProxy?: ((address: string) => boolean) | undefined;
  /** whether an `X-Forwarded-For` that comes in is passed on in front of ours; only where proxies stand before this one */
  readonly believesForwarded: boolean;
  /** what a node allows, if left out */
  readonly times?: ListenTimes;
}

/** A small proxy before the nodes. */
export interface Proxy {
  readonly url: string;
  /** Takes no new connection, lets what runs finish until the time is over, then cuts what is left. */
  close(drainMs: number): Promise<void>;
}

/** Node's own bound for what is before us; the nodes' own is 8 kB and theirs to say. */
const MOST_HEADER_BYTES = 16_384;
/** Below what nodes allow between requests, so that a connection they are about to close is not used. */
const REST_MS = 20_000;
const RETRY_AFTER_SECONDS = "1";

/**
 * Opens the proxy: each request goes to the next node in turn. A request is tried with another node only as long as nothing of it was sent: one that a node may have seen is never
 * sent twice. A node that dies in the middle of an answer ends that connection, as it would without a proxy.
 */
export async function openProxy(options: ProxyOptions): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true, timeout: REST_MS });
  const times = options.times ?? LISTEN_TIMES_MS;
  const server = createServer({
    headersTimeout: times.headers,
    requestTimeout: times.request,
    keepAliveTimeout: times.rest,
    connectionsCheckingInterval: times.check,
    maxHeaderSize: MOST_HEADER_BYTES,
    // The node refuses a request without one, as a problem; Node would with an empty answer.
    requireHostHeader: false,
  });
  server.timeout = times.silence;
  shareConnections(server, options.connections, options.isProxy);
  server.on("clientError", answerClientError);
  const upgraded = new Set<Duplex>();
  server.on("request", (incoming, outgoing) => {
    noteAnswer(incoming.socket, outgoing);
    pass(options, agent, { incoming, outgoing }, new Set());
  });
  server.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    // An error that nobody listens to ends the process.
    socket.on("error", () => socket.destroy());
    tunnel(options, { incoming, socket, head }, new Set());
  });
  await opened(server, options);
  return {
    url: urlOf(server, options.host),
    close: async (drainMs) => {
      await close(server, drainMs, options.timers, upgraded);
      agent.destroy();
    },
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

function pass(options: ProxyOptions, agent: Agent, exchange: Exchange, tried: Set<Backend>): void {
  const { incoming, outgoing } = exchange;
  const backend = options.backends.next(tried);
  if (backend === undefined) return refuse(outgoing, "no node can be reached");
  tried.add(backend);
  const passed = openRequest(options, agent, incoming, backend);
  if (passed === undefined) return refuse(outgoing, "this request cannot be passed on");
  let isSent = false;
  const send = (): void => {
    isSent = true;
    incoming.pipe(passed);
  };
  passed.once("socket", (socket) => {
    if (socket.connecting) socket.once("connect", send);
    else send();
  });
  passed.once("response", (answer) => {
    passBack(answer, outgoing, backend);
  });
  passed.once("error", () => {
    if (outgoing.destroyed) return;
    if (!isSent) pass(options, agent, exchange, tried);
    else if (outgoing.headersSent) outgoing.destroy();
    else refuse(outgoing, "the node that had this request is gone; whether it was done is not known");
  });
  // Who asked went away: nobody waits for the answer any more.
  outgoing.once("close", () => passed.destroy());
}

/** Opens a request, of which nothing is sent yet. Node refuses by an exception what it would not send; no client may end this process with that. */
function openRequest(
  { believesForwarded }: ProxyOptions,
  agent: Agent,
  incoming: IncomingMessage,
  { host, port }: Backend,
): ClientRequest | undefined {
  const [method, path] = [incoming.method ?? "GET", incoming.url ?? "/"];
  try {
    return request({ agent, host, port, method, path, headers: requestLines(incoming, believesForwarded) });
  } catch {
    return undefined;
  }
}

function passBack(answer: IncomingMessage, outgoing: ServerResponse, { name }: Backend): void {
  outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? "", answerLines(answer, name));
  // An answer in lines begins before it has anything to say.
  outgoing.flushHeaders();
  pipeline(answer, outgoing, (error) => {
    // Cut in the middle: whoever reads it must not take it for whole.
    if (error !== undefined && error !== null) outgoing.destroy();
  });
}

function refuse(outgoing: ServerResponse, detail: string): void {
  const problem = problemDetails({ code: "unavailable", detail });
  const body = JSON.stringify(problem);
  outgoing
    .writeHead(problem.status, {
      "content-type": "application/problem+json",
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "retry-after": RETRY_AFTER_SECONDS,
      connection: "close",
    })
    .end(body);
}

interface Upgrade {
  readonly incoming: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** Two sockets, tied together: what comes out of one goes into the other, and they end together. */
function tunnel(options: ProxyOptions, upgrade: Upgrade, tried: Set<Backend>): void {
  const { incoming, socket, head } = upgrade;
  const backend = options.backends.next(tried);
  if (backend === undefined) {
    // Who was told and stays would hold it: nobody looks after it any more.
    socket.once("finish", () => socket.destroy());
    socket.end(
      `HTTP/1.1 503 Service Unavailable\r\nretry-after: ${RETRY_AFTER_SECONDS}\r\nconnection: close\r\n\r\n`,
    );
    return;
  }
  tried.add(backend);
  const line = connect({ host: backend.host, port: backend.port, noDelay: true });
  const again = (): void => {
    tunnel(options, upgrade, tried);
  };
  line.once("error", again);
  const giveUp = (): void => {
    line.off("error", again);
    line.on("error", () => line.destroy()).destroy();
  };
  socket.once("close", giveUp);
  line.once("connect", () => {
    line.off("error", again);
    line.on("error", () => line.destroy());
    line.once("close", () => socket.destroy());
    line.write(headText(incoming, options.believesForwarded));
    if (head.length > 0) line.write(head);
    socket.setNoDelay(true).setTimeout(0);
    line.pipe(socket);
    socket.pipe(line);
  });
}

function headText(incoming: IncomingMessage, believesForwarded: boolean): string {
  const lines = upgradeLines(incoming, believesForwarded);
  let text = `${incoming.method ?? "GET"} ${incoming.url ?? "/"} HTTP/1.1\r\n`;
  for (let at = 0; at + 1 < lines.length; at += 2) text += `${lines[at] ?? ""}: ${lines[at + 1] ?? ""}\r\n`;
  return `${text}\r\n`;
}

/** Upgraded connections are the nodes' to end: they say goodbye on them when they are stopped. What is left is cut. */
async function close(
  server: Server,
  drainMs: number,
  timers: Timers,
  upgraded: ReadonlySet<Duplex>,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => {
    resolve();
  });
  server.closeIdleConnections();
  const callOff = timers.after(drainMs, () => {
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
  });
  await promise;
  callOff();
}
