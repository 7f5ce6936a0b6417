import type { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import { openWorld } from "../../../tests/setup/world.ts";
import { runningServer } from "../http/running-server.ts";
import { HandMovedTime } from "./hand-moved-time.ts";
import { frameBytes, hangUp, type LineClient, openLine, rawLine } from "./line-client.ts";

const time = new HandMovedTime();
const METRICS = "m".repeat(40);
const server = await runningServer({ HEALTHBRIDGE_METRICS_TOKEN: METRICS }, { socketTime: time });
const world = await openWorld(server.databaseUrl, {}, "demo");
await server.open("mallory", "patient");
await server.open("wanjiku", "patient");
const { accessToken: token } = await server.signIn("mallory");
const good = await server.signIn("wanjiku");
await server.open("amina", "staff", { clinics: [world.clinic] });
const { accessToken: staff } = await server.signIn("amina");
await world.asSystem(
  Array.from({ length: 400 }, (_, at) => ({
    type: "patient.register",
    input: { name: `Patient with a long name, number ${String(at)}`, clinic: world.clinic },
  })),
);

afterEach(hangUp);

const TEXT = 1;
const CONTINUATION = 0;
const CLOSE = 8;

/** The code in the server's close frame, the last thing it says. */
async function closeCode(socket: Socket): Promise<number | undefined> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  let over = false;
  socket.on("close", () => (over = true));
  // Who does not say good-bye is cut off after a while.
  await expect
    .poll(async () => {
      if (over) return "closed";
      if (closeFrame(Buffer.concat(chunks)) === undefined) return "open";
      await time.pass(3_000);
      return "closing";
    })
    .toBe("closed");
  return closeFrame(Buffer.concat(chunks));
}

function closeFrame(bytes: Buffer): number | undefined {
  const at = bytes.lastIndexOf(0x80 | CLOSE);
  return at >= 0 && at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : undefined;
}

/** Others go on: a line that was open before still answers. */
async function othersGoOn(line: LineClient): Promise<void> {
  expect((await line.sync()).json["answer"]).toBeDefined();
  expect((await server.send("GET", "/healthz")).status).toBe(200);
}

describe("whoever sends what no client would is closed, and nobody else notices", () => {
  it.each([
    ["a frame with reserved bits", frameBytes(TEXT, Buffer.from("{}"), { reserved: 3 }), 1002],
    ["a frame that is not masked", frameBytes(TEXT, Buffer.from("{}"), { masked: false }), 1002],
    ["an opcode there is not", frameBytes(5, Buffer.from("{}")), 1002],
    ["text that is not UTF-8", frameBytes(TEXT, Buffer.from([0x22, 0xc3, 0x28, 0x22])), 1007],
    ["a continuation of nothing", frameBytes(CONTINUATION, Buffer.from("{}")), 1002],
    ["a control frame in pieces", frameBytes(9, Buffer.alloc(0), { fin: false }), 1002],
    ["a close frame with a code there is not", frameBytes(CLOSE, Buffer.from([0, 1])), 1002],
    // Bit 4 of the first byte says that it is packed, which nobody agreed on.
    ["a packed frame", frameBytes(TEXT, Buffer.alloc(1_000), { reserved: 4 }), 1002],
  ])("%s", async (_what, bytes, code) => {
    const other = await openLine(server, good.accessToken);
    const socket = await rawLine(server, token);
    socket.write(bytes);
    expect(await closeCode(socket)).toBe(code);
    await othersGoOn(other);
  });

  it("a message of 90 MB is refused by what its head says of it", async () => {
    const other = await openLine(server, good.accessToken);
    const socket = await rawLine(server, token);
    socket.write(frameBytes(TEXT, Buffer.alloc(90_000_000)).subarray(0, 100));
    expect(await closeCode(socket)).toBe(1009);
    await othersGoOn(other);
  });

  it("pieces without end are refused once they are too many, or too long together", async () => {
    const other = await openLine(server, good.accessToken);
    const many = await rawLine(server, token);
    many.write(frameBytes(TEXT, Buffer.from("["), { fin: false }));
    const piece = frameBytes(CONTINUATION, Buffer.from("1"), { fin: false });
    many.write(Buffer.concat(Array.from({ length: 1_000 }, () => piece)));
    expect(await closeCode(many)).toBe(1008);
    const long = await rawLine(server, token);
    long.write(frameBytes(TEXT, Buffer.alloc(40_000, 0x20), { fin: false }));
    long.write(frameBytes(CONTINUATION, Buffer.alloc(40_000, 0x20), { fin: false }));
    expect(await closeCode(long)).toBe(1009);
    await othersGoOn(other);
  });

  it.each([
    ["frames", TEXT],
    ["pings", 9],
  ])("a flood of %s", async (_what, opcode) => {
    const other = await openLine(server, good.accessToken);
    const socket = await rawLine(server, token);
    const frame = frameBytes(opcode, Buffer.from(opcode === TEXT ? '{"typing":1}' : ""));
    socket.write(Buffer.concat(Array.from({ length: 10_000 }, () => frame)));
    expect(await closeCode(socket)).toBe(1008);
    await othersGoOn(other);
  });

  it("no more frames are answered at one time than a few, and what is too much is said so", async () => {
    const line = await openLine(server, token);
    const sync = { protocol: 1, stream: "AAAAAAAAAAAAAAAA", from: 1 };
    for (let id = 1; id <= 12; id += 1) line.send({ id, sync });
    await expect.poll(() => line.frames.length).toBe(12);
    const codes = line.frames.map(({ json }) => json["problem"]?.code ?? "answered");
    expect(codes.filter((code) => code === "answered").length).toBeGreaterThanOrEqual(4);
    expect(codes).toContain("unavailable");
    await othersGoOn(line);
  });
});

it("who does not read is closed before what waits for it fills the memory", async () => {
  const other = await openLine(server, good.accessToken);
  const line = await openLine(server, staff);
  line.ws.pause();
  const before = liveBytes();
  const sync = { protocol: 1, stream: "AAAAAAAAAAAAAAAA", from: 1, follow: [`clinic:${world.clinic}`] };
  // Each is answered with 32 kB, and nobody reads them. What the machine itself keeps for a connection is filled first.
  for (let id = 1; (await closesWith(4508)) === 0; id += 1) {
    if (id > 1_500) throw new Error("it was not closed");
    const taken = await messagesTaken();
    line.send({ id, sync });
    await expect
      .poll(
        async () => {
          await time.pass(200);
          return (await messagesTaken()) + (await closesWith(4508));
        },
        { interval: 1 },
      )
      .toBeGreaterThan(taken);
  }
  expect(liveBytes() - before).toBeLessThan(20_000_000);
  await othersGoOn(other);
});

/** Bytes outside the heap that something still holds. */
function liveBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") for (let at = 0; at < 3; at += 1) Reflect.apply(collect, undefined, []);
  return process.memoryUsage().external;
}

async function metric(pattern: RegExp): Promise<number> {
  const { text } = await server.send("GET", "/metrics", { token: METRICS });
  return Number(pattern.exec(text)?.[1] ?? 0);
}

function closesWith(code: number): Promise<number> {
  return metric(
    new RegExp(`^healthbridge_socket_closes_total\\{[^}]*code="${String(code)}"\\} (\\d+)$`, "m"),
  );
}

function messagesTaken(): Promise<number> {
  return metric(/^healthbridge_socket_messages_total\{[^}]*\} (\d+)$/m);
}
