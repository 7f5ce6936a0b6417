import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import type { LineSocket } from "../../src/adapters/platform-socket.ts";
import { LiveLine } from "../../src/documents/live-line.ts";
import { readMessage } from "../../src/documents/wire.ts";
import { FakeRuntime, settled } from "../support/fake-runtime.ts";

type Listener = (event: { data: unknown; code: number; reason: string }) => void;

/** A socket whose other end is a server's document. */
class Wire implements LineSocket {
  binaryType = "";
  readonly sent: Uint8Array[] = [];
  readonly server = new Y.Doc();
  readonly #listeners = new Map<string, Listener>();
  /** what comes is only looked at */
  deaf = false;

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }

  open(): void {
    this.#emit("open");
  }

  send(frame: string | Uint8Array<ArrayBuffer>): void {
    if (typeof frame === "string") throw new Error("the server takes bytes");
    this.sent.push(frame);
    const message = readMessage(frame);
    if (this.deaf) return;
    if (message.type === "ask") {
      this.say(1, Y.encodeStateAsUpdate(this.server, message.vector));
      this.ask();
    } else if (message.type === "answer" || message.type === "update")
      Y.applyUpdate(this.server, message.update);
  }

  /** How far the server is. */
  ask(): void {
    this.say(0, Y.encodeStateVector(this.server));
  }

  say(step: number, bytes: Uint8Array): void {
    const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
    this.#emit("message", Uint8Array.from([0, step, ...length, ...bytes]).buffer);
  }

  /** What came is not taken. */
  deny(): void {
    this.#emit("message", Uint8Array.from([2, 0, 0]).buffer);
  }

  close(): void {
    this.#emit("close", undefined, 1005);
  }

  types(): readonly string[] {
    return this.sent.map((frame) => readMessage(frame).type);
  }

  #emit(type: string, data?: unknown, code = 0): void {
    this.#listeners.get(type)?.({ data, code, reason: "" });
  }
}

function line() {
  const runtime = new FakeRuntime();
  const wire = new Wire();
  const doc = new Y.Doc();
  let edits = 0;
  const confirmed: number[] = [];
  const said: string[] = [];
  const live = new LiveLine({
    runtime,
    doc,
    openSocket: () => wire,
    edits: () => edits,
    take: (update) => {
      Y.applyUpdate(doc, update, "server");
    },
    confirmed: (through) => confirmed.push(through),
    denied: () => said.push("denied"),
    allowed: () => said.push("allowed"),
    opened: () => said.push("opened"),
    broke: () => said.push("broke"),
  });
  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin === "server") return;
    edits += 1;
    live.edited(update);
  });
  const ended = live.run("ws://server", "a ticket");
  const write = (text: string): void => {
    doc.getText("text").insert(0, text);
  };
  return {
    runtime,
    wire,
    doc,
    live,
    ended,
    confirmed,
    said,
    write,
    text: () => wire.server.getText("text").toJSON(),
  };
}

describe("a line of a document", () => {
  it("tells what was written before it was open, and what is written then, and knows when the server has it", async () => {
    const { wire, write, confirmed, runtime, text } = line();
    write("before ");
    wire.open();
    write("then ");
    expect(text()).toContain("before");
    expect(text()).toContain("then");
    expect(confirmed).toEqual([]);
    await runtime.advance(2_000);
    expect(confirmed).toEqual([2]);
  });

  it("does not take a deletion for told that was made before it was open", async () => {
    const { wire, doc, confirmed, runtime, text } = line();
    doc.getText("text").insert(0, "10 tablets");
    Y.applyUpdate(wire.server, Y.encodeStateAsUpdate(doc));
    doc.getText("text").delete(0, 1);
    // The server knows every letter, and says so at once; of the deletion it has not heard.
    wire.open();
    expect(confirmed).toEqual([]);
    expect(text()).toBe("0 tablets");
    await runtime.advance(2_000);
    expect(confirmed).toEqual([2]);
  });

  it("tells all again once it may be written again, also what was only struck out", async () => {
    const { wire, doc, write, confirmed, runtime, text } = line();
    write("10 tablets");
    wire.open();
    await runtime.advance(2_000);
    expect(confirmed).toEqual([1]);
    // The conversation was closed: the server takes nothing, says so, and answers what it is asked.
    wire.deaf = true;
    doc.getText("text").delete(0, 1);
    wire.deny();
    await runtime.advance(2_000);
    wire.say(1, Y.encodeStateAsUpdate(wire.server));
    wire.deaf = false;
    // It was opened again: whoever may write is asked.
    wire.ask();
    expect(confirmed).toEqual([1]);
    expect(text()).toBe("0 tablets");
    await runtime.advance(2_000);
    expect(confirmed).toEqual([1, 2]);
  });

  it("asks once after a row of edits, not after each", async () => {
    const { wire, write, runtime, confirmed } = line();
    wire.open();
    await settled();
    const before = wire.types().filter((type) => type === "ask").length;
    for (let times = 0; times < 20; times += 1) {
      write("x");
      await runtime.advance(100);
    }
    expect(wire.types().filter((type) => type === "ask").length).toBe(before);
    await runtime.advance(2_000);
    expect(wire.types().filter((type) => type === "ask").length).toBe(before + 1);
    expect(confirmed.at(-1)).toBe(20);
  });

  it("sends what is too large for an update as an answer", () => {
    const { wire, write, text } = line();
    wire.open();
    wire.deaf = true;
    write("x".repeat(70_000));
    expect(wire.types().at(-1)).toBe("answer");
    write("y");
    expect(wire.types().at(-1)).toBe("update");
    expect(text()).toBe("");
  });

  it("is over when nothing was heard for forty seconds", async () => {
    const { wire, runtime, ended } = line();
    wire.open();
    let code: number | undefined;
    void ended.then((given) => (code = given));
    await runtime.advance(39_000);
    wire.ask();
    await runtime.advance(39_000);
    expect(code).toBeUndefined();
    await runtime.advance(2_000);
    expect(code).toBe(1005);
  });

  it("says what it is told of one's rights", () => {
    const { wire, said } = line();
    wire.deaf = true;
    wire.open();
    wire.ask();
    expect(said).toEqual(["opened", "allowed"]);
  });

  it("ends with what cannot be read, and nothing is thrown where nobody could catch it", async () => {
    const { wire, said, ended } = line();
    wire.open();
    wire.say(2, new Uint8Array([255, 255]));
    expect(said.at(-1)).toBe("broke");
    expect(await ended).toBe(1005);
  });
});

describe("messages", () => {
  it.each([
    ["nothing", []],
    ["half a length", [0, 2, 200]],
    ["a step there is not", [0, 9, 0]],
    ["what others show", [1, 1, 0]],
  ])("of %s are passed over", (_, bytes) => {
    expect(readMessage(Uint8Array.from(bytes))).toEqual({ type: "other" });
  });
});
