import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { seededRandom, type SeededRandom } from "@healthbridge/client-sdk/testing";
import { afterEach, describe, expect, test } from "vitest";
import { type HttpFault, type HttpFaultProxy, startHttpFaultProxy } from "./fault-proxy.ts";

/** As long as it takes on a machine that has other work too. */
const PATIENCE = { timeout: 20_000 };

const BODY = JSON.stringify({ operations: Array.from({ length: 40 }, (_, n) => `operation ${String(n)}`) });

let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

interface Served {
  readonly port: number;
  /** bodies of requests that arrived whole, in the order in which they did */
  readonly bodies: string[];
  /** requests that broke off */
  readonly broken: number;
  release(): void;
}

/** A server that answers with what it was sent; `/slow` only when released. */
async function startEcho(): Promise<Served> {
  const slow = Promise.withResolvers<void>();
  const served = { port: 0, bodies: [] as string[], broken: 0, release: slow.resolve };
  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => parts.push(chunk));
    incoming.once("error", () => {
      served.broken += 1;
    });
    incoming.once("end", () => {
      const body = Buffer.concat(parts).toString();
      served.bodies.push(body);
      const answer = gzipSync(JSON.stringify({ echo: body, times: served.bodies.length }));
      const headers = { "content-type": "application/json", "content-encoding": "gzip" };
      const chunked = incoming.url === "/chunked";
      void (incoming.url === "/slow" ? slow.promise : Promise.resolve()).then(() => {
        outgoing.writeHead(200, chunked ? headers : { ...headers, "content-length": answer.length });
        outgoing.write(answer.subarray(0, 10));
        outgoing.end(answer.subarray(10));
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  served.port = (server.address() as AddressInfo).port;
  stack.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return served;
}

async function startProxy(
  port: number,
  ...faults: readonly (HttpFault | undefined)[]
): Promise<HttpFaultProxy> {
  const proxy = stack.use(await startHttpFaultProxy({ target: { host: "127.0.0.1", port } }));
  proxy.plan(({ number }) => faults[number - 1]);
  return proxy;
}

function post(proxy: HttpFaultProxy, path = "/", body = BODY): Promise<Response> {
  return fetch(proxy.url + path, { method: "POST", body, redirect: "manual" });
}

/** Sends bytes over a plain socket; answers what came back until the line ended, and how it ended. */
async function raw(port: number, text: string): Promise<{ bytes: Buffer; ending: "reset" | "end" }> {
  const socket = connect(port, "127.0.0.1");
  const parts: Buffer[] = [];
  let ending: "reset" | "end" = "end";
  socket.on("data", (chunk: Buffer) => parts.push(chunk));
  socket.on("error", () => {
    ending = "reset";
  });
  const closed = Promise.withResolvers<void>();
  socket.on("close", () => {
    closed.resolve();
  });
  socket.write(text);
  await closed.promise;
  return { bytes: Buffer.concat(parts), ending };
}

/** A server that only records bytes. */
async function startRecorder(): Promise<{ port: number; ended: Promise<Buffer> }> {
  const ended = Promise.withResolvers<Buffer>();
  const server = createTcpServer((socket) => {
    const parts: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => parts.push(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      ended.resolve(Buffer.concat(parts));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stack.defer(() => void server.close());
  return { port: (server.address() as AddressInfo).port, ended: ended.promise };
}

const REQUEST = `POST /v1/sync HTTP/1.1\r\nhost: x\r\ncontent-length: ${String(BODY.length)}\r\n\r\n${BODY}`;

describe("without a fault", () => {
  test("requests and answers pass, with a length and in chunks, many on one connection", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port);
    for (const path of ["/", "/chunked", "/", "/chunked"]) {
      const answer = (await (await post(proxy, path)).json()) as { echo: string };
      expect(answer.echo).toBe(BODY);
    }
    expect(proxy.stats).toMatchObject({ connections: 1, requests: 4, faults: {} });
  });

  test("a request in chunks passes, and the next one on its connection", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port);
    const chunked =
      "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
    const last = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    await raw(proxy.port, chunked + last);
    expect(served.bodies).toEqual(["abcdefg", ""]);
  });

  test("every byte of both directions is counted", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port);
    const { bytes } = await raw(proxy.port, REQUEST.replace("host: x", "host: x\r\nconnection: close"));
    expect(proxy.stats.up).toBe(REQUEST.length + "connection: close\r\n".length);
    expect(proxy.stats.down).toBe(bytes.length);
    const head = bytes.indexOf("\r\n\r\n") + 4;
    expect(proxy.bodies).toEqual({ up: BODY.length, down: bytes.length - head });
  });

  test("a server that is not there resets", async () => {
    const gone = createTcpServer().listen(0, "127.0.0.1");
    await once(gone, "listening");
    const { port } = gone.address() as AddressInfo;
    gone.close();
    const proxy = await startProxy(port);
    expect((await raw(proxy.port, REQUEST)).ending).toBe("reset");
  });
});

describe("a cut", () => {
  test.each([1, 60, 200, REQUEST.length - 1, REQUEST.length])(
    "in the request lets exactly %i bytes through",
    async (afterBytes) => {
      const recorder = await startRecorder();
      const proxy = await startProxy(recorder.port, { kind: "cut", direction: "request", afterBytes });
      const { bytes, ending } = await raw(proxy.port, REQUEST);
      expect(ending).toBe("reset");
      expect(bytes.length).toBe(0);
      expect((await recorder.ended).toString()).toBe(REQUEST.slice(0, afterBytes));
    },
  );

  test("before the first byte of a request does not even connect", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port, { kind: "cut", direction: "request", afterBytes: 0 });
    await expect(post(proxy)).rejects.toThrow("fetch failed");
    expect(proxy.stats).toMatchObject({ up: 0, down: 0, faults: { cut: 1 } });
    expect(served.bodies).toEqual([]);
  });

  test.each([
    ["reset", 0],
    ["reset", 17],
    ["end", 17],
    ["end", 150],
  ] as const)(
    "(%s) in the answer lets exactly %i bytes through, and the server has all",
    async (how, afterBytes) => {
      const served = await startEcho();
      const proxy = await startProxy(served.port, { kind: "cut", direction: "response", afterBytes, how });
      const { bytes, ending } = await raw(proxy.port, REQUEST);
      expect(bytes.length).toBe(afterBytes);
      expect(ending).toBe(how);
      expect(served.bodies).toEqual([BODY]);
    },
  );

  test("at a share of a message finds the middle by itself", async () => {
    const served = await startEcho();
    const whole = await startProxy(served.port);
    const close = REQUEST.replace("host: x", "host: x\r\nconnection: close");
    const { length } = (await raw(whole.port, close)).bytes;
    const half = { kind: "cut-at-share", direction: "response", share: 0.5 } as const;
    const { bytes } = await raw((await startProxy(served.port, half)).port, close);
    expect(bytes.length).toBe(Math.round(length / 2));
  });

  test("in the middle of a request applies nothing at an HTTP server", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port, { kind: "cut-at-share", direction: "request", share: 0.7 });
    await expect(post(proxy)).rejects.toThrow("fetch failed");
    await expect.poll(() => served.broken, PATIENCE).toBe(1);
    expect(served.bodies).toEqual([]);
  });

  test("of everything that is open ends all of it", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port);
    const waiting = [post(proxy, "/slow"), post(proxy, "/slow")];
    await expect.poll(() => served.bodies.length, PATIENCE).toBe(2);
    expect(proxy.cutAll("reset")).toBe(2);
    for (const each of await Promise.allSettled(waiting)) expect(each.status).toBe("rejected");
    expect((await post(proxy)).status).toBe(200);
  });
});

describe("somebody else answers", () => {
  test("a captive portal's page, redirect and 511, without the server hearing of it", async () => {
    const served = await startEcho();
    const form = (form: "page" | "redirect" | "511"): HttpFault => ({ kind: "captive-portal", form });
    const proxy = await startProxy(served.port, form("page"), form("redirect"), form("511"));
    const page = await post(proxy);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    await page.text();
    const redirect = await post(proxy);
    expect(redirect.status).toBe(302);
    expect((await post(proxy)).status).toBe(511);
    expect(served.bodies).toEqual([]);
    expect(proxy.portal).toEqual({ visits: 0, tokens: 0 });
    await fetch(`${proxy.url}${new URL(redirect.headers.get("location") ?? "").pathname}`, {
      headers: { authorization: "Bearer secret" },
    });
    expect(proxy.portal).toEqual({ visits: 1, tokens: 1 });
  });

  test("a gateway's page, and a busy server with any Retry-After", async () => {
    const served = await startEcho();
    const proxy = await startProxy(
      served.port,
      { kind: "bad-gateway", status: 502 },
      { kind: "bad-gateway", status: 504 },
      { kind: "busy", status: 503, retryAfter: "99999999999" },
      { kind: "busy", status: 429, retryAfter: "Thu, 01 Jan 1970 00:00:00 GMT" },
    );
    expect((await post(proxy)).status).toBe(502);
    expect((await post(proxy)).status).toBe(504);
    expect((await post(proxy)).headers.get("retry-after")).toBe("99999999999");
    expect((await post(proxy)).headers.get("retry-after")).toContain("1970");
    expect((await post(proxy)).status).toBe(200);
    expect(served.bodies).toHaveLength(1);
  });
});

describe("silence", () => {
  test("a black hole swallows the request until it is lifted", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port, { kind: "blackhole" });
    const answer = post(proxy).then(
      () => "answered",
      () => "failed",
    );
    await expect.poll(() => proxy.stats.faults, PATIENCE).toEqual({ blackhole: 1 });
    expect((await post(proxy)).status).toBe(200);
    expect(served.bodies).toHaveLength(1);
    proxy.lift();
    expect(await answer).toBe("failed");
  });

  test("a half-open line lost the answer, and does not tell", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port, { kind: "half-open" });
    const giveUp = new AbortController();
    const answer = fetch(proxy.url, { method: "POST", body: BODY, signal: giveUp.signal }).catch(
      () => "gave up",
    );
    await expect.poll(() => served.bodies.length, PATIENCE).toBe(1);
    giveUp.abort();
    expect(await answer).toBe("gave up");
  });

  test("a half-open line ends when it is lifted, also where the server answers only then", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port, { kind: "half-open" });
    const answer = fetch(`${proxy.url}/slow`, { method: "POST", body: BODY }).then(
      () => "answered",
      () => "failed",
    );
    await expect.poll(() => served.bodies.length, PATIENCE).toBe(1);
    proxy.lift();
    served.release();
    expect(await answer).toBe("failed");
  });

  test("while it is paused nothing passes, and afterwards all of it does", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port);
    proxy.pause();
    const answer = post(proxy);
    await expect.poll(() => proxy.stats.connections, PATIENCE).toBe(1);
    const direct = await fetch(`http://127.0.0.1:${String(served.port)}`, { method: "POST", body: "direct" });
    await direct.text();
    expect(served.bodies).toEqual(["direct"]);
    proxy.resume();
    expect((await answer).status).toBe(200);
    expect(served.bodies).toEqual(["direct", BODY]);
  });

  test("a closed port refuses, and opens again as the same", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port);
    const { port } = proxy;
    await proxy.refuse();
    await expect(post(proxy)).rejects.toThrow("fetch failed");
    await proxy.accept();
    expect(proxy.port).toBe(port);
    expect((await post(proxy)).status).toBe(200);
  });

  test("a request may close the port for a while", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port, { kind: "refuse", ms: 50 });
    await expect(post(proxy)).rejects.toThrow("fetch failed");
    await expect
      .poll(
        () =>
          post(proxy).then(
            ({ status }) => status,
            () => 0,
          ),
        PATIENCE,
      )
      .toBe(200);
  });
});

describe("order and number", () => {
  test("a duplicate arrives twice and is answered once", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port, { kind: "duplicate" });
    const answer = (await (await post(proxy)).json()) as { echo: string };
    expect(answer.echo).toBe(BODY);
    await expect.poll(() => served.bodies, PATIENCE).toEqual([BODY, BODY]);
  });

  test("a reordered request lets a later one of somebody else go first", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port, { kind: "reorder", atMostMs: 20_000 });
    const first = post(proxy, "/", "first");
    await expect.poll(() => proxy.stats.requests, PATIENCE).toBe(1);
    await post(proxy, "/", "second");
    await first;
    expect(served.bodies).toEqual(["second", "first"]);
  });

  test("a delayed answer comes after the server has done its work", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port, { kind: "delay", ms: 60_000, direction: "response" });
    const giveUp = new AbortController();
    const answer = fetch(proxy.url, { method: "POST", body: BODY, signal: giveUp.signal }).catch(
      () => "gave up",
    );
    await expect.poll(() => served.bodies.length, PATIENCE).toBe(1);
    giveUp.abort();
    expect(await answer).toBe("gave up");
  });

  test("a throttled exchange arrives whole", async () => {
    const served = await startEcho();
    const proxy = await startProxy(served.port, { kind: "throttle", bytesPerSecond: 20_000 });
    const answer = (await (await post(proxy)).json()) as { echo: string };
    expect(answer.echo).toBe(BODY);
  });
});

describe("garbage", () => {
  test.each(["/", "/chunked"])(
    "an answer from %s can be spoilt in its body, and stays good HTTP",
    async (path) => {
      const served = await startEcho();
      const forms = ["truncated-gzip", "wrong-encoding", "half"] as const;
      const proxy = await startProxy(
        served.port,
        ...forms.map((form) => ({ kind: "garbage", form }) as const),
      );
      // Node's fetch takes a truncated gzip for the whole of it; only what it says can tell.
      for (const form of forms) {
        const answer = await post(proxy, path);
        expect([form, answer.status]).toEqual([form, 200]);
        await expect(answer.json()).rejects.toThrow(/JSON|terminated/);
      }
      expect(served.bodies).toHaveLength(3);
    },
  );
});

/** Any fault, with small figures. */
function anyFault(random: SeededRandom, bytes: number): HttpFault | undefined {
  const direction = random.pick(["request", "response"] as const);
  const how = random.pick(["reset", "end"] as const);
  return random.pick<HttpFault | undefined>([
    undefined,
    { kind: "cut", direction, afterBytes: random.between(0, bytes), how },
    { kind: "cut-at-share", direction, share: random(), how },
    { kind: "delay", ms: random.between(0, 30), direction },
    { kind: "duplicate", afterMs: random.between(0, 30) },
    { kind: "reorder", atMostMs: 50 },
    { kind: "throttle", bytesPerSecond: 50_000 },
    { kind: "captive-portal", form: random.pick(["page", "redirect", "511"] as const) },
    { kind: "bad-gateway", status: 502 },
    { kind: "busy", status: 429, retryAfter: "1" },
    { kind: "blackhole" },
    { kind: "half-open" },
    { kind: "refuse", ms: random.between(0, 20) },
    { kind: "garbage", form: random.pick(["truncated-gzip", "wrong-encoding", "half"] as const) },
  ]);
}

test("a storm of all faults at once leaves a proxy that works, and nothing hanging", async () => {
  const served = await startEcho();
  const proxy = await startProxy(served.port);
  const random = seededRandom(5);
  proxy.plan(({ bytes }) => anyFault(random, bytes));
  const client = async (): Promise<void> => {
    for (let left = 40; left > 0; left -= 1) {
      const signal = AbortSignal.timeout(100);
      const path = random.pick(["/", "/chunked"]);
      await fetch(proxy.url + path, { method: "POST", body: BODY, redirect: "manual", signal })
        .then((answer) => answer.arrayBuffer())
        .catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  proxy.plan(() => undefined);
  proxy.lift();
  await proxy.accept();
  const status = (): Promise<number> =>
    post(proxy).then(
      (answer) => answer.status,
      () => 0,
    );
  await expect.poll(status, PATIENCE).toBe(200);
  expect(Object.keys(proxy.stats.faults)).toHaveLength(13);
  proxy.cutAll("reset");
  await expect.poll(() => proxy.open, PATIENCE).toBe(0);
});

test("a client that goes away in its request leaves a server that knows", async () => {
  const served = await startEcho();
  const proxy = await startProxy(served.port);
  const sending = httpRequest(proxy.url, { method: "POST", headers: { "content-length": 1000 } });
  sending.on("error", () => undefined);
  sending.write("abc");
  await expect.poll(() => proxy.stats.up, PATIENCE).toBeGreaterThan(3);
  sending.destroy();
  await expect.poll(() => served.broken, PATIENCE).toBe(1);
});
