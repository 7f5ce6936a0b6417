import { connect, type Socket } from "node:net";
import type { Answer } from "./ask.ts";

/** A connection on which bytes go out as they are. */
export interface Line {
  write(bytes: string | Uint8Array): void;
  /** All that has come back so far, one character for each byte. */
  heard(): string;
  /** Resolves when the other side has ended or cut the connection. */
  readonly closed: Promise<void>;
  hangUp(): void;
}

export function dial(url: string): Line {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let heard = "";
  socket.on("data", (chunk: Buffer) => (heard += chunk.toString("latin1")));
  // A cut is an end like any other: what was heard before it counts.
  socket.on("error", () => undefined);
  socket.on("close", () => {
    resolve();
  });
  return {
    write: (bytes) => {
      if (socket.writable) socket.write(bytes);
    },
    heard: () => heard,
    closed,
    hangUp: () => {
      socket.destroy();
    },
  };
}

/** Longer than any refusal takes on a busy machine. */
const PATIENCE_MS = 20_000;

/**
 * Sends bytes on a connection of their own, then a correct request that asks for the connection to be closed: whatever the server made of the bytes, the
 * connection ends. Answers everything that came back, or `undefined` for a connection that was left hanging.
 */
export async function exchange(
  url: string,
  bytes: string | Uint8Array,
): Promise<readonly Answer[] | undefined> {
  const line = dial(url);
  line.write(bytes);
  line.write("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const { promise: tooLong, resolve } = Promise.withResolvers<"hanging">();
  const timer = setTimeout(() => {
    resolve("hanging");
  }, PATIENCE_MS);
  const end = await Promise.race([line.closed, tooLong]);
  clearTimeout(timer);
  line.hangUp();
  return end === "hanging" ? undefined : answersIn(line.heard());
}

/** Takes apart what came back on one connection; bytes that belong to no answer are one with status 0. */
export function answersIn(heard: string): readonly Answer[] {
  const answers: Answer[] = [];
  let rest = heard;
  while (rest !== "") {
    const at = rest.indexOf("\r\n\r\n");
    const [start = "", ...lines] = rest.slice(0, Math.max(at, 0)).split("\r\n");
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(start) ?? [];
    if (status === undefined) return [...answers, { status: 0, headers: {}, text: rest }];
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const length = Number(headers["content-length"] ?? "0");
    const body = rest.slice(at + 4, at + 4 + length);
    // 100 says that the body may come; the answer is still to follow.
    if (status !== "100") answers.push({ status: Number(status), headers, text: body });
    rest = rest.slice(at + 4 + length);
  }
  return answers;
}
