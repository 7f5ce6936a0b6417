import { connect } from "node:net";
import { Hono } from "hono";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemTimers } from "../../src/adapters/timers.ts";
import { readJson } from "../../src/http/body.ts";
import type { RequestEnv } from "../../src/http/context.ts";
import { listen, type ListenOptions } from "../../src/http/listen.ts";
import { rawRequest } from "./raw-request.ts";

const HEAD = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n";
const TIMES = { headers: 300, request: 4_000, silence: 600, rest: 20_000, check: 50 };

async function door(more: Partial<ListenOptions> = {}) {
  const app = new Hono<RequestEnv>();
  app.onError((_error, c) => c.text("not read", 400));
  app.get("/", (c) => c.text("here"));
  app.post("/", async (c) => c.json(await readJson(c)));
  const opened = await listen({
    app,
    host: "127.0.0.1",
    port: 0,
    connections: 50,
    timers: systemTimers,
    times: TIMES,
    ...more,
  });
  onTestFinished(() => opened.close(0));
  return opened;
}

describe("a client that takes its time", () => {
  it("over the head of a request is cut", async () => {
    const { url } = await door();
    const started = performance.now();
    const { head } = await rawRequest(url, "POST / HTTP/1.1\r\nHost: x\r\nX-Slow", 3_000);
    expect(head).toContain("408 ");
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("and falls silent in the body is cut", async () => {
    const { url } = await door();
    const started = performance.now();
    await rawRequest(url, `${HEAD}{"a`, 5_000);
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  it("but goes on sending gets through", async () => {
    const { url } = await door();
    const body = JSON.stringify({ slow: "x".repeat(29) });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(HEAD);
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    for (const letter of body) {
      socket.write(letter);
      await systemTimers.sleep(40);
    }
    await expect.poll(() => answer).toContain("200 OK");
    socket.destroy();
  });
});

it("connections over the limit are closed, and room comes back", async () => {
  const { url } = await door({ connections: 3 });
  const { hostname, port } = new URL(url);
  const idle = [1, 2, 3].map(() => connect(Number(port), hostname));
  await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  expect((await rawRequest(url, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")).head).toBe("");
  for (const socket of idle) socket.destroy();
  await expect
    .poll(async () => (await rawRequest(url, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 200)).head)
    .toContain("200 OK");
});

it("a port that is taken is said so", async () => {
  const { url } = await door();
  await expect(door({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

it("what cannot be read is refused as a problem on a connection that was used before, too", async () => {
  const { url } = await door();
  const good = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString()));
  socket.on("error", () => undefined);
  socket.write(good);
  await expect.poll(() => answer).toContain("here");
  socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(10_000)}\r\n\r\n`);
  await expect.poll(() => answer).toContain("HTTP/1.1 431 ");
  socket.destroy();
});

it.each([
  ["expects what there is not", "Expect: miracles", "HTTP/1.1 400 "],
  ["wants another protocol", "Connection: Upgrade\r\nUpgrade: h2c", "HTTP/1.1 200 "],
])("a client that %s is answered by the rules, and its connection ends", async (_what, header, status) => {
  const { url } = await door();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString()));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write(`GET / HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`);
  await closed;
  expect(answer).toContain(status);
  expect(answer.includes("application/problem+json")).toBe(status.includes("400"));
});

it("what cannot be read is never told as the answer to the request before it", async () => {
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const app = new Hono<RequestEnv>();
  app.get("/", async (c) => {
    asked.resolve();
    await go.promise;
    return c.text("here");
  });
  const { url } = await door({ app });
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString()));
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await asked.promise;
  socket.write("nonsense\r\n\r\n");
  await closed;
  go.resolve();
  expect(answer).toBe("");
});

it.each([
  ["missing", ""],
  ["none", "Host: a b\r\n"],
  ["one of two", "Host: x\r\nHost: y\r\n"],
  ["said twice", "Host: x\r\nhost: x\r\n"],
])("a request with a host that is %s is refused as a problem", async (_what, hosts) => {
  const { url } = await door();
  const { head, body } = await rawRequest(url, `GET / HTTP/1.1\r\n${hosts}\r\n`);
  expect(head).toContain("400 ");
  expect(JSON.parse(body)).toMatchObject({ code: "malformed" });
});
