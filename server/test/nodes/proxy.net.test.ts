import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer as createLine, type Server, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { systemTimers } from "../../src/adapters/timers.ts";
import { type Backend, Backends } from "../../src/nodes/backends.ts";
import { openProxy, type ProxyOptions } from "../../src/nodes/proxy.ts";
import { rawRequest, slowBody } from "../http/raw-request.ts";

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Something that listens where a node would. */
interface Stand {
  readonly backend: Backend;
  readonly requests: IncomingMessage[];
  /** Ends it as a kill would: at once, with every connection. */
  kill(): void;
}

async function stand(name: string, answer: Answer): Promise<Stand> {
  const requests: IncomingMessage[] = [];
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    requests.push(incoming);
    answer(incoming, outgoing);
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  // A WebSocket's handshake without a WebSocket: what comes is said back.
  server.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    requests.push(incoming);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\nx-stand: ${name}\r\n\r\n`,
    );
    socket.write(head);
    socket.pipe(socket);
  });
  const port = await listen(server);
  const kill = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(kill);
  return { backend: { name, host: "127.0.0.1", port }, requests, kill };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function proxyTo(
  stands: readonly Pick<Stand, "backend">[],
  more: Partial<ProxyOptions> = {},
): Promise<{
  readonly url: string;
  readonly backends: Backends;
}> {
  const backends = new Backends();
  for (const { backend } of stands) backends.put(backend);
  const proxy = await openProxy({
    host: "127.0.0.1",
    port: 0,
    backends,
    timers: systemTimers,
    connections: 100,
    believesForwarded: false,
    ...more,
  });
  onTestFinished(() => proxy.close(0));
  return { url: proxy.url, backends };
}

/** A port at which nobody listens. */
async function deadBackend(name: string): Promise<{ readonly backend: Backend }> {
  const server = createLine();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return { backend: { name, host: "127.0.0.1", port } };
}

const plain: Answer = (incoming, outgoing) => {
  let body = "";
  incoming.on("data", (chunk) => (body += String(chunk)));
  incoming.on("end", () => outgoing.writeHead(200, { "x-heard": incoming.url }).end(`heard ${body}`));
};

test("requests go to the nodes in turn, whole, and the answer says to which", async () => {
  const stands = [await stand("1", plain), await stand("2", plain)];
  const { url } = await proxyTo(stands);
  const nodes: (string | null)[] = [];
  for (let at = 0; at < 4; at += 1) {
    const answer = await fetch(`${url}/v1/sync?at=${String(at)}`, {
      method: "POST",
      body: "x".repeat(200_000),
    });
    expect(await answer.text()).toBe(`heard ${"x".repeat(200_000)}`);
    expect(answer.headers.get("x-heard")).toBe(`/v1/sync?at=${String(at)}`);
    nodes.push(answer.headers.get("x-node"));
  }
  expect(new Set(nodes.slice(0, 2))).toEqual(new Set(["1", "2"]));
  expect(nodes.slice(2)).toEqual(nodes.slice(0, 2));
});

test("who calls is told to the node by the proxy, and not by who calls", async () => {
  const one = await stand("1", plain);
  const { url } = await proxyTo([one]);
  await fetch(url, { headers: { "x-forwarded-for": "10.9.9.9", "x-other": "kept" } });
  const believing = await proxyTo([one], { believesForwarded: true });
  await fetch(believing.url, { headers: { "x-forwarded-for": "10.9.9.9" } });
  expect(one.requests.map(({ headers }) => headers["x-forwarded-for"])).toEqual([
    "127.0.0.1",
    "10.9.9.9, 127.0.0.1",
  ]);
  expect(one.requests[0]?.headers["x-other"]).toBe("kept");
});

test("what to say of a request without a host, or with two, is left to the node", async () => {
  const one = await stand("1", plain);
  const { url } = await proxyTo([one]);
  for (const hosts of ["", "Host: x\r\nHost: y\r\n"])
    await rawRequest(url, `GET / HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);
  expect(one.requests.map(({ headersDistinct }) => headersDistinct["host"])).toEqual([undefined, ["x", "y"]]);
});

test("a node that cannot be reached is passed over, with the body whole", async () => {
  const alive = await stand("2", plain);
  const { url } = await proxyTo([await deadBackend("1"), alive]);
  for (const body of ["a", "b", "c", "d"]) {
    const answer = await fetch(url, { method: "POST", body });
    expect([answer.status, await answer.text()]).toEqual([200, `heard ${body}`]);
  }
  expect(alive.requests).toHaveLength(4);
});

test("what a node may have seen is never sent to another", async () => {
  // It reads the request and answers nothing.
  const one = await stand("1", () => undefined);
  const { url, backends } = await proxyTo([one]);
  const asking = fetch(url, { method: "POST", body: "once" });
  await expect.poll(() => one.requests.length).toBe(1);
  const other = await stand("2", plain);
  backends.put(other.backend);
  one.kill();
  const answer = await asking;
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: "unavailable" }]);
  expect(other.requests).toEqual([]);
  expect((await fetch(url, { method: "POST", body: "again" })).status).toBe(200);
});

test("an answer that is cut in the middle is not made to look whole", async () => {
  const one = await stand("1", (_, outgoing) => {
    outgoing.writeHead(200, { "content-type": "application/x-ndjson" });
    outgoing.write('{"first":1}\n');
  });
  const { url } = await proxyTo([one]);
  const answer = await fetch(url);
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  expect(Buffer.from(first?.value ?? []).toString()).toBe('{"first":1}\n');
  one.kill();
  await expect(reader?.read()).rejects.toThrow("terminated");
});

test("who goes away before his answer costs the node nothing", async () => {
  let closed = false;
  const one = await stand("1", (_, outgoing) => void outgoing.on("close", () => (closed = true)));
  const { url } = await proxyTo([one]);
  const asking = request(url).end();
  asking.on("error", () => undefined);
  await expect.poll(() => one.requests.length).toBe(1);
  asking.destroy();
  await expect.poll(() => closed).toBe(true);
});

test("without any node it says so at once", async () => {
  const { url } = await proxyTo([await deadBackend("1"), await deadBackend("2")]);
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  const { head } = await rawRequest(
    url,
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
  );
  expect(head).toMatch(/^HTTP\/1\.1 503 /);
});

test("a node that says it cannot serve is asked last", async () => {
  const [one, two] = [await stand("1", plain), await stand("2", plain)];
  const { url, backends } = await proxyTo([one, two]);
  expect([backends.mark(one.backend, false), backends.mark(one.backend, false)]).toEqual([false, true]);
  for (let at = 0; at < 3; at += 1) expect((await fetch(url)).headers.get("x-node")).toBe("2");
  expect(backends.mark(two.backend, false)).toBe(false);
  backends.mark(two.backend, false);
  // Now neither can: the one that is asked says why.
  expect((await fetch(url)).status).toBe(200);
  expect(backends.mark(one.backend, true)).toBe(true);
  expect((await fetch(url)).headers.get("x-node")).toBe("1");
});

test("an upgrade goes through to a node that lives, both ways, and ends when the node does", async () => {
  const alive = await stand("2", plain);
  const { url } = await proxyTo([await deadBackend("1"), alive]);
  for (let at = 0; at < 2; at += 1) {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    let heard = "";
    socket.on("data", (chunk) => (heard += chunk.toString()));
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.write(
      "GET /v1/socket?ticket=t HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\nX-Forwarded-For: 10.9.9.9\r\n\r\nfirst",
    );
    await expect.poll(() => heard).toMatch(/^HTTP\/1\.1 101 [^]*x-stand: 2[^]*\r\n\r\nfirst$/);
    socket.write(" second");
    await expect.poll(() => heard).toMatch(/first second$/);
    const { url: path, headers } = alive.requests.at(-1) ?? {};
    expect([path, headers?.["upgrade"], headers?.["x-forwarded-for"]]).toEqual([
      "/v1/socket?ticket=t",
      "echo",
      "127.0.0.1",
    ]);
    if (at === 1) {
      alive.kill();
      await closed;
    }
  }
});

const SHORT = { headers: 300, request: 20_000, silence: 20_000, rest: 20_000, check: 50 };

/** A connection on which so much is sent and no more. */
function half(url: string, bytes: string): { readonly socket: Socket; readonly answer: Promise<string> } {
  const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
  onTestFinished(() => void socket.destroy());
  const { promise, resolve } = Promise.withResolvers<string>();
  let heard = "";
  socket.on("data", (chunk) => (heard += chunk.toString()));
  socket.on("error", () => undefined);
  socket.on("close", () => {
    resolve(heard);
  });
  return { socket, answer: promise };
}

test("half heads are cut, and who takes long over more than the head is not", async () => {
  const { url } = await proxyTo([await stand("1", plain)], { connections: 6, times: SHORT });
  const body = slowBody("slow");
  const upload = fetch(url, { method: "POST", ...body.sent });
  const tunnel = half(url, "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
  let echoed = "";
  tunnel.socket.on("data", (chunk) => (echoed += chunk.toString()));
  await expect.poll(() => echoed).toMatch(/^HTTP\/1\.1 101 /);
  const heads = [
    half(url, ""),
    half(url, "GET / HTTP/1.1\r\nHost: h\r\nX-Slow: "),
    half(url, "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-Slow: "),
    half(url, "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nX-Slow: "),
  ];
  const [empty, plainHead, upgrade, second] = await Promise.all(heads.map(({ answer }) => answer));
  for (const text of [empty, plainHead, upgrade]) expect(text).toMatch(/^HTTP\/1\.1 408 [^]*"malformed"/);
  expect(second).toMatch(/^HTTP\/1\.1 200 [^]*HTTP\/1\.1 408 /);
  // All six were taken: only because they were cut is there room for somebody else.
  expect((await fetch(url)).status).toBe(200);
  body.finish();
  expect(await (await upload).text()).toBe("heard slow");
  tunnel.socket.write("still here");
  await expect.poll(() => echoed).toMatch(/still here$/);
});

test("a connection on which nothing comes any more is cut, an upgraded one is not", async () => {
  const one = await stand("1", plain);
  const { url } = await proxyTo([one], { times: { ...SHORT, headers: 20_000, silence: 300 } });
  const tunnel = half(url, "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
  let echoed = "";
  tunnel.socket.on("data", (chunk) => (echoed += chunk.toString()));
  await expect.poll(() => echoed).toMatch(/^HTTP\/1\.1 101 /);
  const stopped = half(url, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
  expect(await stopped.answer).toBe("");
  tunnel.socket.write("still here");
  await expect.poll(() => echoed).toMatch(/still here$/);
});

test("who was told that there is no node and stays is cut", async () => {
  const { url } = await proxyTo([await deadBackend("1")]);
  const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  const cut = new Promise((resolve) => socket.once("error", resolve));
  socket.write("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
  const { promise: told, resolve } = Promise.withResolvers<string>();
  let heard = "";
  socket.on("data", (chunk) => (heard += chunk.toString()));
  socket.on("end", () => {
    resolve(heard);
  });
  expect(await told).toMatch(/^HTTP\/1\.1 503 /);
  // What is written to a connection that nobody holds any more is refused.
  const writing = setInterval(() => socket.write("x"), 10);
  onTestFinished(() => {
    clearInterval(writing);
  });
  expect(await cut).toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/) });
});
