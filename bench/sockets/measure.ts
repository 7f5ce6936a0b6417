import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import { accessToken, startProgram, type Stage } from "../stage.ts";

/** What `bench sockets` finds. Bytes that live in the server's process, for one socket on which nothing happens. */
export interface SocketsResult {
  readonly sockets: number;
  /** `ws` and nothing else */
  readonly plainBytes: number;
  /** a device's line that follows its feeds */
  readonly lineBytes: number;
  readonly overPlainBytes: number;
}

/** What the design allows for a socket beside what it costs in itself. */
const MOST_OVER_PLAIN = 25_000;
/** Lines of one account: an account may have ten. */
const LINES_EACH = 10;
/** Sockets that are opened and closed again before it is measured, so that what is made once is there. */
const WARM_UP = 100;
/** What shrinks by less than this part of it is at rest. */
const STILL = 0.999;

/** Opens so many sockets to a plain server and as many lines to ours, each server in a process of its own, and compares what lives in them. */
export async function measureSockets(stage: Stage, sockets: number): Promise<SocketsResult> {
  const plainBytes = await measurePlain(stage, sockets);
  stage.say(`Signing in ${String(Math.ceil(sockets / LINES_EACH))} accounts with ten lines each …`);
  const lineBytes = await measureLines(stage, sockets);
  return {
    sockets,
    plainBytes: Math.round(plainBytes),
    lineBytes: Math.round(lineBytes),
    overPlainBytes: Math.round(lineBytes - plainBytes),
  };
}

/** What is over the limit of the design, in words. */
export function socketFaults({ overPlainBytes }: SocketsResult): readonly string[] {
  if (overPlainBytes <= MOST_OVER_PLAIN) return [];
  return [`an idle socket: ${String(overPlainBytes)} of ${String(MOST_OVER_PLAIN)} bytes over plain ws`];
}

async function measurePlain({ databaseUrl, folder }: Stage, count: number): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { url, server } = await startProgram("bench/sockets/plain-server.ts", databaseUrl, folder, stack);
  const open = (): Promise<WebSocket> => opened(new WebSocket(url.replace("http", "ws")));
  return await perSocket(server, count, open);
}

async function measureLines(stage: Stage, count: number): Promise<number> {
  const tokens: string[] = [];
  for (let at = 0; at < count; at += LINES_EACH)
    tokens.push(await accessToken(stage, await stage.staff(stage.clinic)));
  let next = 0;
  return await perSocket(stage.server, count, async () => {
    const token = tokens[next % tokens.length] ?? "";
    next += 1;
    const line = await openLine(stage.url, token);
    await syncOnce(line, stage);
    return line;
  });
}

/** What lives for each of so many sockets. */
async function perSocket(
  server: ChildProcess,
  count: number,
  open: () => Promise<WebSocket>,
): Promise<number> {
  await closed(await openAll(Math.min(WARM_UP, count), open));
  const before = await liveBytes(server);
  const sockets = await openAll(count, open);
  const after = await liveBytes(server);
  const gone = sockets.filter(({ readyState }) => readyState !== WebSocket.OPEN).length;
  if (gone > 0) throw new Error(`${String(gone)} sockets did not stay open`);
  await closed(sockets);
  return (after - before) / count;
}

async function openAll(count: number, open: () => Promise<WebSocket>): Promise<readonly WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let at = 0; at < count; at += 1) sockets.push(await open());
  return sockets;
}

async function closed(sockets: readonly WebSocket[]): Promise<void> {
  for (const socket of sockets) {
    const end = once(socket, "close");
    socket.terminate();
    await end;
  }
  // The server hears of it a moment later.
  await wait(500);
}

/** Bytes that live in a server, once they are no less than a moment before. */
async function liveBytes(server: ChildProcess): Promise<number> {
  let least = Infinity;
  for (;;) {
    const bytes = await liveBytesNow(server);
    if (bytes > least * STILL) return Math.min(bytes, least);
    least = Math.min(bytes, least);
    await wait(1_000);
  }
}

async function liveBytesNow(server: ChildProcess): Promise<number> {
  const told = once(server, "message");
  server.send("memory");
  const [message]: unknown[] = await told;
  if (typeof message !== "object" || message === null || !("liveBytes" in message))
    throw new Error("the server did not say how much lives in it");
  return Number(message.liveBytes);
}

async function openLine(url: string, token: string): Promise<WebSocket> {
  const answer = await fetch(`${url}/v1/realtime/ticket`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: "{}",
  });
  const body: unknown = await answer.json();
  if (typeof body !== "object" || body === null || !("ticket" in body))
    throw new Error(`no ticket: ${JSON.stringify(body)}`);
  return opened(
    new WebSocket(`${url.replace("http", "ws")}/v1/realtime`, [
      "healthbridge.1",
      `ticket.${String(body.ticket)}`,
    ]),
  );
}

async function opened(socket: WebSocket): Promise<WebSocket> {
  await once(socket, "open");
  return socket;
}

/** From then on the line follows its feeds. */
async function syncOnce(line: WebSocket, { clinic }: Stage): Promise<void> {
  const answered = once(line, "message");
  const sync = {
    protocol: 1,
    stream: "AAAAAAAAAAAAAAAA",
    from: 1,
    follow: ["me", `clinic:${clinic}`, "directory"],
  };
  line.send(JSON.stringify({ id: 1, sync, gzip: true, push: true }));
  const [data]: unknown[] = await answered;
  if (Buffer.isBuffer(data) && data.includes('"problem"')) throw new Error(`no sync: ${data.toString()}`);
}
