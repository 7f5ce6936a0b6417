import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { shareConnections } from "../../src/http/connection-shares.ts";
import { opened } from "../../src/http/open-port.ts";

async function serverWith(connections: number, isTrusted?: (address: string) => boolean): Promise<Server> {
  const server = createServer((_, answer) => answer.end("here"));
  shareConnections(server, connections, isTrusted);
  await opened(server, { host: "0.0.0.0", port: 0 });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

/** A connection from another address of this machine; `undefined` where it was closed before it was answered. */
async function openFrom(localAddress: string, server: Server): Promise<Socket | undefined> {
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const socket = connect({ host: "127.0.0.1", port, localAddress });
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const answered = await Promise.race([
    once(socket, "data").then(() => true),
    once(socket, "close").then(() => false),
  ]);
  return answered ? socket : undefined;
}

test("one address holds a quarter of all connections and no more; others get in, and room comes back", async () => {
  const server = await serverWith(8);
  const [first, second, third] = [
    await openFrom("127.0.0.2", server),
    await openFrom("127.0.0.2", server),
    await openFrom("127.0.0.2", server),
  ];
  expect([first, second, third].map((each) => each !== undefined)).toEqual([true, true, false]);
  expect(await openFrom("127.0.0.3", server)).toBeDefined();
  first?.destroy();
  await expect.poll(() => openFrom("127.0.0.2", server)).toBeDefined();
});

test("a proxy that is trusted, and this machine, hold as many as there are", async () => {
  const server = await serverWith(8, (address) => address === "127.0.0.9");
  for (let at = 0; at < 3; at += 1) expect(await openFrom("127.0.0.9", server)).toBeDefined();
  for (let at = 0; at < 4; at += 1) expect(await openFrom("127.0.0.1", server)).toBeDefined();
});
