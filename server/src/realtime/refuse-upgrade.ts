import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Writes an answer on a connection that asked for a socket and gets none, and ends it. */
export async function refuseUpgrade(connection: Duplex, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  if (!connection.writable) return;
  const headers = new Headers(answer.headers);
  headers.set("content-length", String(body.length));
  headers.set("connection", "close");
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const status = `HTTP/1.1 ${String(answer.status)} ${STATUS_CODES[answer.status] ?? ""}\r\n`;
  connection.once("finish", () => connection.destroy());
  connection.end(Buffer.concat([Buffer.from(`${status}${lines}\r\n`), body]));
}
