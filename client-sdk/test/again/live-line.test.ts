import { expect, it } from "vitest";
import * as Y from "yjs";
import type { LineSocket } from "../../src/adapters/platform-socket.ts";
import { LiveLine } from "../../src/documents/live-line.ts";
import { readMessage } from "../../src/documents/wire.ts";
import { FakeRuntime } from "../support/fake-runtime.ts";

/** A socket whose other end answers what it is asked, and stores nothing. */
class Forgetful implements LineSocket {
  binaryType = "";
  bytes = 0;
  readonly #listeners = new Map<string, (event: never) => void>();

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, listener);
  }

  send(frame: string | Uint8Array<ArrayBuffer>): void {
    this.bytes += frame.length;
    if (typeof frame !== "string" && readMessage(frame).type === "ask") this.hear(this.#vector());
  }

  hear(bytes: Uint8Array): void {
    this.emit("message", { data: Uint8Array.from([0, 0, bytes.length, ...bytes]).buffer });
  }

  emit(type: string, event: object): void {
    this.#listeners.get(type)?.(event as never);
  }

  close(): void {
    this.emit("close", { code: 1005, reason: "" });
  }

  #vector(): Uint8Array {
    return Y.encodeStateVector(new Y.Doc());
  }
}

it("a server that never has all of a document is sent it again less and less often", async () => {
  const runtime = new FakeRuntime();
  const socket = new Forgetful();
  const doc = new Y.Doc();
  doc.getText("text").insert(0, "fever ".repeat(1_000));
  const nothing = (): void => undefined;
  const line = new LiveLine({
    runtime,
    openSocket: () => socket,
    doc,
    edits: () => 1,
    take: nothing,
    confirmed: nothing,
    denied: nothing,
    allowed: nothing,
    opened: nothing,
    broke: nothing,
  });
  void line.run("ws://server", "ticket");
  socket.emit("open", {});
  for (let turn = 0; turn < 60; turn += 1) {
    await runtime.advance(1_500);
    socket.emit("message", { data: "beat" });
  }
  line.close();
  expect(socket.bytes).toBeLessThan(100_000);
});
