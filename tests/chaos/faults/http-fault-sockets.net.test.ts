import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type HttpFault, type HttpFaultProxy, startHttpFaultProxy } from "./fault-proxy.ts";

/** As long as it takes on a machine that has other work too. */
const PATIENCE = { timeout: 20_000 };

async function startProxy(port: number, fault?: HttpFault): Promise<HttpFaultProxy> {
  const proxy = await startHttpFaultProxy({ target: { host: "127.0.0.1", port } });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  proxy.plan(({ number }) => (number === 1 ? fault : undefined));
  return proxy;
}

/** A server that switches to a protocol which says back what it hears. */
async function startSwitch(): Promise<number> {
  const server = createServer();
  server.on("upgrade", (_incoming, socket: Socket, head: Buffer) => {
    socket.on("error", () => undefined);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n");
    socket.write(head);
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

interface Opened {
  readonly socket: Socket;
  readonly heard: () => string;
  readonly closed: () => boolean;
}

function open(proxy: HttpFaultProxy, first = ""): Opened {
  const socket = connect(proxy.port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let heard = "";
  let closed = false;
  socket.on("data", (chunk) => (heard += chunk.toString()));
  socket.on("error", () => undefined);
  socket.on("close", () => (closed = true));
  socket.write(`GET /line HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n${first}`);
  return { socket, heard: () => heard.slice(heard.indexOf("\r\n\r\n") + 4), closed: () => closed };
}

test("a socket goes through both ways, and is cut with all other lines", async () => {
  const proxy = await startProxy(await startSwitch());
  const { socket, heard, closed } = open(proxy, "first");
  await expect.poll(heard, PATIENCE).toBe("first");
  socket.write(" second");
  await expect.poll(heard, PATIENCE).toBe("first second");
  expect(proxy.cutAll("reset")).toBe(1);
  await expect.poll(closed, PATIENCE).toBe(true);
});

test("a socket is slow only until it is lifted", async () => {
  const proxy = await startProxy(await startSwitch(), { kind: "throttle", bytesPerSecond: 20 });
  const { socket, heard } = open(proxy, "x");
  await expect.poll(heard, PATIENCE).toBe("x");
  proxy.lift();
  // At 20 bytes a second that would be a quarter of an hour.
  socket.write("y".repeat(20_000));
  await expect.poll(() => heard().length, PATIENCE).toBe(20_001);
});

test("a socket is cut after so many bytes", async () => {
  const proxy = await startProxy(await startSwitch(), {
    kind: "cut",
    direction: "response",
    afterBytes: 8,
  });
  const { socket, heard, closed } = open(proxy);
  for (let at = 0; at < 10; at += 1) socket.write("1234");
  await expect.poll(closed, PATIENCE).toBe(true);
  expect(heard().length).toBeLessThanOrEqual(8);
});
