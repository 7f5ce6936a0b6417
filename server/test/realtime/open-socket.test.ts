import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { REALTIME } from "../../src/realtime/limits.ts";
import { OpenSocket, type SocketUser } from "../../src/realtime/open-socket.ts";
import type { TicketHolder } from "../../src/realtime/tickets.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { HandMovedTime } from "./hand-moved-time.ts";

const holder: TicketHolder = {
  tenant: "demo",
  account: "accountaccountac.1",
  device: "devicedevicedevi.1",
  role: "patient",
  clinics: [],
  doctor: undefined,
  sessionExpiresAt: 0,
  origin: undefined,
};

const BACKLOG = 1_048_576;

/** A socket of which a test says what waits in it; what is done to it is written down. */
class HeldSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly done: string[] = [];

  send(message: string): void {
    this.done.push(`send ${message}`);
  }
  ping(): void {
    this.done.push("ping");
  }
  pause(): void {
    this.done.push("pause");
  }
  close(code: number): void {
    this.readyState = 2;
    this.done.push(`close ${String(code)}`);
  }
  terminate(): void {
    this.readyState = 3;
    this.done.push("terminate");
    this.emit("close", 1006);
  }
}

function open(user: Partial<SocketUser> = {}) {
  const time = new HandMovedTime();
  const ws = new HeldSocket();
  const log: string[] = [];
  const closes: number[] = [];
  const socket = new OpenSocket({
    ws,
    holder,
    kind: "/v1/realtime",
    rate: { perSecond: 20, atOnce: 60 },
    backlogBytes: BACKLOG,
    log: createLog({ level: "info", format: "json", write: (line) => log.push(line) }),
    clock: time.clock,
    timers: time.timers,
    onMessage: () => undefined,
    onClosed: (_socket, code) => closes.push(code),
  });
  socket.use({ message: () => undefined, ...user });
  /** Looks at it once a second for so long. */
  const pass = async (ms: number, each: () => void = () => undefined): Promise<void> => {
    for (let at = 0; at < ms; at += REALTIME.lookMs) {
      await time.pass(REALTIME.lookMs);
      each();
      socket.look(time.clock.monotonic());
    }
  };
  return { socket, ws, time, log, closes, pass };
}

describe("a reader that is too slow", () => {
  it("is closed as soon as more waits for it than may, and cut off a moment later", async () => {
    const { socket, ws, time, closes } = open();
    socket.send("a");
    ws.bufferedAmount = BACKLOG;
    socket.send("b");
    expect(ws.done).toEqual(["send a", "send b"]);
    ws.bufferedAmount += 1;
    socket.send("c");
    expect(ws.done.at(-1)).toBe("close 4508");
    socket.send("d");
    await time.pass(REALTIME.goodbyeMs);
    expect(ws.done.slice(-2)).toEqual(["close 4508", "terminate"]);
    expect(closes).toEqual([4508]);
  });

  it("is closed when what waits becomes no less for 20 seconds", async () => {
    const { ws, pass } = open();
    ws.bufferedAmount = 500;
    const answering = (): void => void ws.emit("pong");
    await pass(19_000, answering);
    expect(ws.done).not.toContain("close 4508");
    await pass(1_000, answering);
    expect(ws.done).toContain("close 4508");
  });

  it("is left alone as long as it takes something, however little", async () => {
    const { ws, pass } = open();
    ws.bufferedAmount = 100_000;
    await pass(120_000, () => {
      ws.bufferedAmount -= 10;
      ws.emit("pong");
    });
    expect(ws.done.filter((what) => what.startsWith("close"))).toEqual([]);
  });
});

describe("silence", () => {
  it("is asked into after 14 seconds, and ends the socket after 28", async () => {
    const { ws, closes, pass } = open();
    await pass(13_000);
    expect(ws.done).toEqual([]);
    await pass(1_000);
    expect(ws.done).toEqual(["ping"]);
    await pass(13_000);
    expect(closes).toEqual([]);
    await pass(1_000);
    expect(ws.done.at(-1)).toBe("terminate");
    expect(closes).toEqual([4408]);
  });

  it("on our own side is broken by a beat, where the socket's user has one", async () => {
    let beats = 0;
    const { socket, ws, pass } = open({ beat: () => (beats += 1) });
    const answering = (): void => void ws.emit("pong");
    await pass(14_000, answering);
    expect(beats).toBe(1);
    await pass(7_000, answering);
    socket.send("something");
    await pass(13_000, answering);
    expect(beats).toBe(1);
    await pass(1_000, answering);
    expect(beats).toBe(2);
  });
});

it("what breaks the user closes the socket, is told to the log, and nobody else", () => {
  const { ws, log } = open({
    message: () => {
      throw new Error("the text of a message");
    },
  });
  ws.emit("message", Buffer.from("hello"), false);
  expect(ws.done).toEqual(["close 1011"]);
  expect(log.join("")).toContain("a socket's user broke");
  ws.emit("error", new Error("heard"));
});

it("messages are let through at the rate that is allowed, and a flood is not read any more", async () => {
  const heard: string[] = [];
  const { ws, time, pass } = open({ message: (data) => heard.push(data.toString()) });
  for (let at = 0; at < 60; at += 1) ws.emit("message", Buffer.from("x"), false);
  expect(heard).toHaveLength(60);
  await pass(1_000);
  for (let at = 0; at < 20; at += 1) ws.emit("message", Buffer.from("x"), false);
  expect(heard).toHaveLength(80);
  expect(ws.done).toEqual([]);
  ws.emit("message", Buffer.from("x"), false);
  expect(ws.done).toEqual(["close 1008", "pause"]);
  ws.emit("message", Buffer.from("x"), false);
  expect(heard).toHaveLength(80);
  await time.pass(REALTIME.goodbyeMs);
  expect(ws.done.at(-1)).toBe("terminate");
});
