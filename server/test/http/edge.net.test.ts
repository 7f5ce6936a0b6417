import { gzipSync } from "node:zlib";
import { LIMITS } from "@healthbridge/schema";
import { describe, expect, it } from "vitest";
import { newStream } from "../../../tests/setup/world.ts";
import { rawRequest } from "./raw-request.ts";
import { nonce, PASSWORD, runningServer, type Sending } from "./running-server.ts";

const ORIGIN = "https://app.example";
const server = await runningServer({
  HEALTHBRIDGE_ORIGINS: ORIGIN,
  HEALTHBRIDGE_TRUSTED_PROXIES: "127.0.0.1",
});
const { send } = server;
await server.open("wanjiku", "patient");
const { accessToken: token } = await server.signIn("wanjiku");

const json = { "content-type": "application/json" };
const stream = "S".repeat(16);
const sync = { protocol: 1, stream, from: 1 };
const postSync = (sending: Sending) => send("POST", "/v1/sync", { token, ...sending });
const gzipped = (text: string | Buffer): Sending => ({
  body: gzipSync(text),
  headers: { ...json, "content-encoding": "gzip" },
});

describe("a body", () => {
  it("is taken plain and packed", async () => {
    expect((await postSync({ json: sync })).status).toBe(200);
    expect((await postSync(gzipped(JSON.stringify(sync)))).status).toBe(200);
  });

  it("that declares too much is refused before it is sent", async () => {
    const head = `POST /v1/sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n`;
    expect((await rawRequest(server.url, head)).head).toMatch(/^HTTP\/1.1 413 /);
  });

  it("that grows too large in chunks is refused", async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(Buffer.alloc(65_536, " "));
      },
    });
    const init = {
      method: "POST",
      headers: { ...json, authorization: `Bearer ${token}` },
      body,
      duplex: "half" as const,
    };
    const status = await fetch(`${server.url}/v1/sync`, init).then(
      (answer) => answer.status,
      () => "cut",
    );
    expect([413, "cut"]).toContain(status);
    expect((await postSync({ json: sync })).status).toBe(200);
  });

  it("that unpacks to more than the limit is refused, however small it came", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, " "), { level: 9 });
    expect(bomb.length).toBeLessThan(LIMITS.bodyBytesAsSent);
    const before = process.memoryUsage().rss;
    expect((await postSync({ body: bomb, headers: { ...json, "content-encoding": "gzip" } })).body.code).toBe(
      "too_large",
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
  });

  it("that is a cut or broken gzip is refused", async () => {
    const whole = gzipSync(JSON.stringify(sync));
    const headers = { ...json, "content-encoding": "gzip" };
    for (const body of [whole.subarray(0, whole.length - 9), Buffer.from("no gzip"), Buffer.alloc(0)]) {
      expect((await postSync({ body, headers })).body).toMatchObject({ status: 400, code: "malformed" });
    }
  });

  it.each(["br", "zstd", "deflate", "gzip, gzip", "x"])("packed as %s is not taken", async (encoding) => {
    const headers = { ...json, "content-encoding": encoding };
    const answer = await postSync({ body: "{}", headers });
    expect(answer.status).toBe(415);
    expect(answer.headers.get("accept-encoding")).toBe("gzip");
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "",
  ])("of type '%s' is not taken: no page can post one unasked", async (type) => {
    const answer = await postSync({
      body: Buffer.from(JSON.stringify(sync)),
      headers: type === "" ? {} : { "content-type": type },
    });
    expect(answer.body).toMatchObject({ status: 415, code: "unsupported_media" });
  });

  it.each([
    ["deep", `{"protocol":1,"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["cut", '{"protocol":1'],
    ["empty", ""],
    ["an array", "[]"],
    [
      "with a key that reaches for the prototype",
      '{"protocol":1,"stream":"SSSSSSSSSSSSSSSS","from":1,"__proto__":{"admin":true}}',
    ],
    [
      "with a number that was rounded",
      '{"protocol":1,"stream":"SSSSSSSSSSSSSSSS","from":1,"heard":9007199254740993}',
    ],
    ["with a number without end", '{"protocol":1,"stream":"SSSSSSSSSSSSSSSS","from":1e400}'],
  ])("of JSON that is %s is refused", async (_what, body) => {
    expect((await postSync({ body, headers: json })).status).toBe(400);
    expect(Reflect.get({}, "admin")).toBeUndefined();
  });

  it("that is not UTF-8 is refused", async () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
    expect((await postSync({ body, headers: json })).body.code).toBe("malformed");
  });

  it("with something strange in one operation costs the others nothing", async () => {
    const operations = [
      { type: "patient.register", input: { name: "half \ud83d" }, madeAt: 1 },
      { type: "nothing.known", input: {}, madeAt: 1 },
    ];
    const { body } = await postSync({ json: { ...sync, stream: "T".repeat(16), operations } });
    expect(body.settled).toBe(2);
    expect(body.outcomes.map(({ problem }) => problem.code)).toEqual(["malformed", "unsupported"]);
  });

  it.each([
    ["NUL", '{"type":"patient.register","input":{"name":"a\\u0000"},"madeAt":0}', "input.name"],
    ["half a character", '{"type":"patient.register","input":{"name":"\\ud800"},"madeAt":0}', "input.name"],
    [
      "a number that cannot be kept",
      '{"type":"patient.register","input":{"name":"Ok"},"madeAt":1e400}',
      "operation.madeAt",
    ],
    [
      "a key that is not allowed",
      '{"type":"patient.register","input":{"name":"Ok","__proto__":{}},"madeAt":0}',
      "input.__proto__",
    ],
  ])(
    "with %s in an operation says where, and knows it from others under its number",
    async (what, operation, path) => {
      const stream = newStream();
      const push = async (text: string) => {
        const body = `{"protocol":1,"stream":"${stream}","from":1,"operations":[${text}]}`;
        return (await postSync({ body, headers: json })).body;
      };
      const first = await push(operation);
      expect([first.settled, first.outcomes]).toMatchObject([1, [{ problem: { code: "malformed", path } }]]);
      expect(JSON.stringify(first.outcomes)).toContain(what);
      expect((await push(operation)).outcomes).toEqual(first.outcomes);
      const other = await push(operation.replace("patient.register", "patient.update"));
      expect(other.outcomes).toMatchObject([{ problem: { code: "key_reused" } }]);
    },
  );

  it("tells every field at fault, with paths from the body's root", async () => {
    const { body } = await postSync({ json: { protocol: 1, stream: "x", from: 0, extra: 1 } });
    const paths = body.reasons.map(({ path }) => path).toSorted();
    expect(paths).toEqual(["extra", "from", "stream"]);
  });

  it("of another protocol is told so, whatever else is new in it", async () => {
    const { body } = await postSync({ json: { ...sync, protocol: 99, shiny: true } });
    expect(body).toMatchObject({ status: 426, code: "protocol_unsupported" });
  });
});

describe("every answer", () => {
  const answers: readonly (readonly [string, string, string, Sending, number])[] = [
    ["of health", "GET", "/healthz", {}, 200],
    ["of a read", "GET", "/v1/devices", { token }, 200],
    ["of a sync", "POST", "/v1/sync", { token, json: sync }, 200],
    ["without a token", "GET", "/v1/devices", {}, 401],
    ["with a bad token", "GET", "/v1/devices", { token: "x.y.z" }, 401],
    ["of no route", "GET", "/.git/config", {}, 404],
    ["of a wrong method", "DELETE", "/v1/sync", {}, 405],
    ["of a wrong type", "POST", "/v1/sessions", { body: "x" }, 415],
    [
      "of a foreign preflight",
      "OPTIONS",
      "/v1/sync",
      { headers: { origin: "https://evil.example", "access-control-request-method": "POST" } },
      403,
    ],
  ];
  it.each(answers)(
    "%s has the headers, and no name of the software",
    async (_what, method, path, sending, status) => {
      const answer = await send(method, path, sending);
      expect(answer.status).toBe(status);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "content-security-policy": "default-src 'none';frame-ancestors 'none'",
        "cache-control": "no-store",
      });
      for (const name of ["server", "x-powered-by", "strict-transport-security", "set-cookie"]) {
        expect(answer.headers.has(name)).toBe(false);
      }
      if (status < 400) return;
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(answer.body).toMatchObject({ status, type: `urn:healthbridge:problem:${answer.body.code}` });
      expect(answer.body.correlation).toMatch(/^[\w-]{12}$/);
      expect(answer.text).not.toMatch(/\bat .*\.ts|node_modules|SELECT/);
    },
  );

  it("has HSTS where a trusted proxy speaks TLS", async () => {
    const answer = await send("GET", "/healthz", { headers: { "x-forwarded-proto": "https" } });
    expect(answer.headers.get("strict-transport-security")).toBe("max-age=31536000");
  });

  it("to a wrong method says which there are", async () => {
    expect((await send("GET", "/v1/sync")).headers.get("allow")).toBe("POST");
    expect((await send("PUT", "/v1/devices")).headers.get("allow")).toBe("HEAD, GET");
  });

  it("even of what Node's parser refuses is a problem with the headers", async () => {
    const smuggled =
      "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    const huge = `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(10_000)}\r\n\r\n`;
    for (const [bytes, status] of [
      [smuggled, 400],
      [huge, 431],
      ["GET / HTTP/1.1\r\n\r\n", 400],
      ["nonsense\r\n\r\n", 400],
    ] as const) {
      const { head, body } = await rawRequest(server.url, bytes);
      expect(head).toContain(`HTTP/1.1 ${String(status)} `);
      expect(head).toContain("x-content-type-options: nosniff");
      expect(JSON.parse(body)).toMatchObject({ status });
    }
  });

  it("over 300 bytes is packed for who takes it, and never one with tokens", async () => {
    const packed = await fetch(`${server.url}/nope`, { headers: { "accept-encoding": "gzip" } });
    expect(packed.headers.get("content-encoding")).toBeNull();
    const session = await fetch(`${server.url}/v1/sessions`, {
      method: "POST",
      headers: { ...json, "accept-encoding": "gzip" },
      body: JSON.stringify({ login: "wanjiku", password: PASSWORD, device: "x", nonce: nonce() }),
    });
    expect(session.status).toBe(201);
    expect(session.headers.get("content-encoding")).toBeNull();
    for (const device of ["Phone", "Laptop", "Desk"]) await server.signIn("wanjiku", PASSWORD, device);
    const long = await fetch(`${server.url}/v1/devices`, {
      headers: { authorization: `Bearer ${token}`, "accept-encoding": "gzip" },
    });
    expect(long.headers.get("content-encoding")).toBe("gzip");
    expect(await long.json()).toHaveProperty("devices");
  });
});

describe("a page of another origin", () => {
  const preflight = { "access-control-request-method": "POST" };
  it("that is named may call, without cookies", async () => {
    const answer = await send("OPTIONS", "/v1/sync", { headers: { origin: ORIGIN, ...preflight } });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(answer.headers.get("access-control-allow-headers")).toContain("idempotency-key");
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
    const error = await send("GET", "/v1/devices", { headers: { origin: ORIGIN } });
    expect(error.status).toBe(401);
    expect(error.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  });

  it.each([
    "https://evil.example",
    "null",
    "https://app.example.evil.example",
    "http://app.example",
    `${ORIGIN}:444`,
  ])("that is %s may not", async (origin) => {
    expect((await send("OPTIONS", "/v1/sync", { headers: { origin, ...preflight } })).status).toBe(403);
    const answer = await postSync({ json: sync, headers: { origin } });
    expect(answer.headers.has("access-control-allow-origin")).toBe(false);
  });
});

describe("over 2G", () => {
  const request = (body: string, more = ""): string =>
    `POST /v1/sync HTTP/1.1\r\nHost: api.example.org\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n${more}Content-Length: ${String(body.length)}\r\n\r\n${body}`;

  it("hearing that nothing changed costs under 120 bytes of body and 350 of head, and the request's head under 500", async () => {
    const bytes = request(JSON.stringify(sync));
    expect(bytes.indexOf("\r\n\r\n") + 4).toBeLessThan(500);
    const { head, body } = await rawRequest(server.url, bytes, 500);
    expect(head).toMatch(/^HTTP\/1.1 200 /);
    expect(body.length).toBeLessThan(120);
    expect(head.length).toBeLessThan(350);
    expect(head).not.toMatch(/^(connection|keep-alive):/im);
  });

  it("a head behind TLS, for a page, is still small", async () => {
    const more = `X-Forwarded-Proto: https\r\n`;
    const { head } = await rawRequest(server.url, request(JSON.stringify(sync), more), 500);
    expect(head).toContain("strict-transport-security");
    expect(head.length).toBeLessThan(350);
  });

  it("the connection stays open without saying so", async () => {
    const two = request(JSON.stringify(sync)) + request(JSON.stringify(sync));
    const { head, body } = await rawRequest(server.url, two, 500);
    expect(`${head}${body}`.split("HTTP/1.1 200 ").length - 1).toBe(2);
  });

  it("lines are spoken when asked for", async () => {
    const answer = await postSync({ json: sync, headers: { accept: "application/x-ndjson" } });
    const lines = answer.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ line }) => line)).toEqual(["head", "end"]);
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
  });
});

it("the log tells who asked for what and holds no word of it", async () => {
  const canary = "canary-word";
  await send("GET", `/v1/devices?search=${canary}`, { token });
  await send("GET", `/v1/patients/${canary}`, { token });
  await postSync({ json: { ...sync, [canary]: canary } });
  await send("POST", "/v1/sessions", {
    json: { login: "wanjiku", password: canary, device: canary, nonce: nonce() },
  });
  const text = server.log.join("");
  expect(text).not.toContain(canary);
  expect(text).not.toContain(token);
  expect(text).not.toContain("Canary wanjiku");
  const lines = server.log.map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({
      method: "POST",
      route: "/v1/sync",
      status: 200,
      account: expect.any(String),
      ms: expect.any(Number),
    }),
  );
});
