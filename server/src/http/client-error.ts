import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type ProblemCode, problemDetails } from "@healthbridge/schema";

/** The answers that each connection still owes, in the order of its requests. */
const OWED = new WeakMap<Socket, Set<ServerResponse>>();

/** To be told of each answer when its request arrives. */
export function noteAnswer(socket: Socket, answer: ServerResponse): void {
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

/** What every answer has that the app does not make. */
export const RAW_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none';frame-ancestors 'none'",
  "content-type": "application/problem+json",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** What Node's parser refuses never reaches the app: bad chunks, two lengths, heads that are too large or too slow. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
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
