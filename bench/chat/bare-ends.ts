import { drawStreamId } from "@healthbridge/schema";
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { WebSocket } from "ws";
import { SingleConnection } from "../../server/src/database/single-connection.ts";
import type { Stage } from "../stage.ts";
import { DATABASE_VARIABLE, type SaidFrame, type ToldFrame } from "./bare-frames.ts";
import type { End } from "./pairs.ts";
import { textOf } from "./text-of.ts";

/** Starts a relay that stores one row for each line before it passes it on, and does nothing else, on the stage's database; opens so many rooms of two. */
export async function openBare(
  stage: Stage,
  count: number,
  stack: AsyncDisposableStack,
): Promise<readonly (readonly [End, End])[]> {
  {
    await using connection = await SingleConnection.open(stage.databaseUrl);
    await connection.run(
      `CREATE TABLE bare_line (conversation VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, number INT NOT NULL, stream VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
         operation BIGINT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (conversation, number), UNIQUE KEY bare_line_operation (stream, operation))`,
    );
  }
  const relay = fork(join(import.meta.dirname, "bare-relay.ts"), {
    stdio: "inherit",
    env: { ...process.env, [DATABASE_VARIABLE]: stage.databaseUrl },
  });
  stack.defer(async () => {
    const ended = once(relay, "exit");
    relay.disconnect();
    await ended;
  });
  const [port] = (await once(relay, "message")) as [unknown];
  const pairs: (readonly [End, End])[] = [];
  for (let room = 0; room < count; room += 1) {
    const url = `ws://127.0.0.1:${String(port)}/${room}`;
    const conversation = `${drawStreamId((bytes) => randomBytes(bytes))}.1`;
    pairs.push([await openEnd(url, conversation, stack), await openEnd(url, conversation, stack)]);
  }
  return pairs;
}

async function openEnd(url: string, conversation: string, stack: AsyncDisposableStack): Promise<End> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  stack.defer(() => {
    socket.terminate();
  });
  await once(socket, "open");
  const stream = drawStreamId((bytes) => randomBytes(bytes));
  let number = 0;
  const end: End = {
    say: (text) => {
      number += 1;
      const operations = [{ type: "message.send", input: { conversation, text }, madeAt: 0 }] as const;
      const frame: SaidFrame = {
        id: number,
        sync: { protocol: 1, stream, from: number, operations, cursors: "12:3456,78:90" },
      };
      socket.send(JSON.stringify(frame));
    },
    onLine: () => undefined,
  };
  socket.on("message", (data) => {
    const { changes } = JSON.parse(textOf(data)) as ToldFrame;
    for (const { text } of changes) end.onLine(text);
  });
  return end;
}
