import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { WebSocket } from "ws";
import type { End } from "./pairs.ts";
import { textOf } from "./text-of.ts";

/** Starts the plain relay and opens so many rooms of two. */
export async function openPlain(
  count: number,
  stack: AsyncDisposableStack,
): Promise<readonly (readonly [End, End])[]> {
  const relay = fork(join(import.meta.dirname, "relay.ts"), { stdio: "inherit" });
  stack.defer(async () => {
    const ended = once(relay, "exit");
    relay.disconnect();
    await ended;
  });
  const [port] = (await once(relay, "message")) as [unknown];
  const end = async (room: number): Promise<End> => {
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/${room}`, { perMessageDeflate: false });
    stack.defer(() => {
      socket.terminate();
    });
    await once(socket, "open");
    const each: End = {
      say: (text) => {
        socket.send(JSON.stringify({ text }));
      },
      onLine: () => undefined,
    };
    socket.on("message", (data) => {
      const frame = JSON.parse(textOf(data)) as { readonly text: string };
      each.onLine(frame.text);
    });
    return each;
  };
  const pairs: (readonly [End, End])[] = [];
  for (let room = 0; room < count; room += 1) pairs.push([await end(room), await end(room)]);
  return pairs;
}
