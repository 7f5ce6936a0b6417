/**
 * The least that a server can do which stores a line before anybody sees it: one row for each, many rows in one statement, while that runs the next gather. Frames are those of
 * a sync. It checks nothing, knows nobody, recognises no line that comes twice, and forgets its rooms when it ends: what a line costs before it is an operation. Run as a
 * process of its own.
 */
import { type WebSocket, WebSocketServer } from "ws";
import { DATABASE_VARIABLE, type SaidFrame, type ToldFrame } from "./bare-frames.ts";
import { openPool } from "../../server/src/database/pool.ts";
import { inTransaction } from "../../server/src/database/transaction.ts";
import { textOf } from "./text-of.ts";

interface Room {
  lines: number;
  readonly ends: Set<WebSocket>;
}

interface Line {
  readonly from: WebSocket;
  readonly room: Room;
  readonly frame: SaidFrame;
  readonly number: number;
}

const pool = openPool({ url: process.env[DATABASE_VARIABLE] ?? "", size: 2 });
const rooms = new Map<string, Room>();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
let waiting: Line[] = [];
let storing: Promise<void> | undefined;

server.on("connection", (socket, { url = "" }) => {
  const room = rooms.get(url) ?? { lines: 0, ends: new Set() };
  room.ends.add(socket);
  rooms.set(url, room);
  socket.on("error", () => undefined);
  socket.on("message", (data) => {
    room.lines += 1;
    waiting.push({ from: socket, room, frame: JSON.parse(textOf(data)) as SaidFrame, number: room.lines });
    storing ??= storeAll();
  });
  socket.on("close", () => room.ends.delete(socket));
});
server.on("listening", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});
// It ends with the bench, however that ends.
process.on("disconnect", () => {
  for (const client of server.clients) client.terminate();
  server.close();
  void pool.close();
});

async function storeAll(): Promise<void> {
  // Everything that arrives in one turn of the event loop goes together.
  await Promise.resolve();
  while (waiting.length > 0) {
    const lines = waiting;
    waiting = [];
    const rows = lines.map(({ frame: { sync }, number }) => [
      sync.operations[0].input.conversation,
      number,
      sync.stream,
      sync.from,
      sync.operations[0].input.text,
    ]);
    await inTransaction(pool, (tx) =>
      tx.write("INSERT INTO bare_line (conversation, number, stream, operation, text) VALUES ?", [rows]),
    );
    tell(lines);
  }
  storing = undefined;
}

/** One frame for each end: what became of its own line, and what the other said. */
function tell(lines: readonly Line[]): void {
  const frames = new Map<WebSocket, ToldFrame>();
  const of = (end: WebSocket): ToldFrame => {
    const frame = frames.get(end) ?? { changes: [] };
    frames.set(end, frame);
    return frame;
  };
  const serverTime = Date.now();
  for (const { from, room, frame, number } of lines) {
    of(from).answer = { id: frame.id, settled: frame.sync.from, serverTime };
    const [{ input }] = frame.sync.operations;
    for (const end of room.ends) if (end !== from) of(end).changes.push({ number, at: serverTime, ...input });
  }
  for (const [end, frame] of frames) end.send(JSON.stringify(frame));
}
