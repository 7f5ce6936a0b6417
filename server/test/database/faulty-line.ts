import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { formatDatabaseUrl, parseDatabaseUrl } from "../../src/database/database-url.ts";

export type Fault =
  /** The line breaks before the server has read the statement. */
  | { readonly type: "lose-statement" }
  /** The server does it; the line breaks before the client reads the answer. */
  | { readonly type: "lose-answer" }
  /** The server never gets it, and the client never hears anything. */
  | { readonly type: "silence" }
  /** The server seems to refuse it. */
  | { readonly type: "refuse"; readonly errno: number; readonly sqlState: string };

interface Order {
  readonly text: string;
  readonly fault: Fault;
  times: number;
}

/** A line to the database that breaks when told to. */
export interface FaultyLine extends AsyncDisposable {
  readonly url: string;
  /** The next statements that start with `text` meet the fault. */
  spoil(text: string, fault: Fault, times?: number): void;
  /** Statements that came through or met a fault, in order. */
  readonly seen: readonly string[];
  /** Connections opened so far. */
  readonly opened: number;
}

const HEAD_BYTES = 4;
const COM_QUERY = 3;

export async function faultyLine(url: string): Promise<FaultyLine> {
  const address = parseDatabaseUrl(url);
  const orders: Order[] = [];
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;
  const server = createServer((client) => {
    opened += 1;
    const upstream =
      address.socketPath === undefined ? connect(address.port, address.host) : connect(address.socketPath);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    let loseAnswer = false;
    upstream.on("data", (chunk) => {
      if (loseAnswer) client.destroy();
      else client.write(chunk);
    });
    client.on("data", (chunk) => {
      const statement = statementIn(chunk);
      const fault = statement === undefined ? undefined : take(orders, statement);
      if (statement !== undefined) seen.push(statement);
      if (fault?.type === "lose-statement") client.destroy();
      else if (fault?.type === "refuse") client.write(errorPacket(fault.errno, fault.sqlState));
      else if (fault?.type !== "silence") {
        loseAnswer = fault?.type === "lose-answer";
        upstream.write(chunk);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    url: formatDatabaseUrl({ ...address, host: "127.0.0.1", port, socketPath: undefined }),
    spoil: (text, fault, times = 1) => orders.push({ text, fault, times }),
    seen,
    get opened() {
      return opened;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A statement of these tests always fits one chunk; it stands behind a few bytes of attributes. */
function statementIn(chunk: Buffer): string | undefined {
  if (chunk.length <= HEAD_BYTES || chunk[HEAD_BYTES] !== COM_QUERY) return undefined;
  return chunk.toString("utf8", HEAD_BYTES + 1).replace(/^[^A-Za-z]*/, "");
}

function take(orders: Order[], statement: string): Fault | undefined {
  const order = orders.find(({ text, times }) => times > 0 && statement.startsWith(text));
  if (order === undefined) return undefined;
  order.times -= 1;
  return order.fault;
}

function errorPacket(errno: number, sqlState: string): Buffer {
  const number = Buffer.alloc(2);
  number.writeUInt16LE(errno);
  const body = Buffer.concat([Buffer.from([0xff]), number, Buffer.from(`#${sqlState}refused by the test`)]);
  const head = Buffer.from([body.length, 0, 0, 1]);
  return Buffer.concat([head, body]);
}
