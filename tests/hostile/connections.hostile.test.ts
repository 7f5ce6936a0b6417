import { afterEach, describe, expect, it } from "vitest";
import { newStream } from "../setup/world.ts";
import { answersIn, dial, exchange } from "./support/raw.ts";
import { faultsOfAnswer } from "./support/rules.ts";
import { authorization, JSON_TYPE, openTarget } from "./support/target.ts";

/** Heads and frames that Node's parser, the adapter or the router have to make something of. */
const target = await openTarget();
const { url } = target;
const token = authorization(target.staff)["authorization"] ?? "";
afterEach(() => target.checkAlive());

const sync = `{"protocol":1,"stream":"${newStream()}","from":1}`;
const post = (headers: string, body = "", path = "/v1/sync"): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${token}\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;
const get = (path: string, headers = ""): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
const many = (count: number, header: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => `${header(at)}\r\n`).join("");

interface Heard {
  /** of the answers before the one to the correct request that followed */
  readonly statuses: readonly number[];
  readonly faults: readonly string[];
}

async function say(bytes: string | Uint8Array): Promise<Heard> {
  const answers = await exchange(url, bytes);
  if (answers === undefined) return { statuses: [], faults: ["left hanging"] };
  const faults = answers.flatMap((answer) => faultsOfAnswer(answer));
  const own = answers.filter(({ text }) => text !== '{"status":"alive"}');
  return { statuses: own.map(({ status }) => status), faults };
}

describe("a body whose length is told", () => {
  it.each([
    ["in two ways", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")],
    [
      "in two ways, the other way round",
      post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
    ],
    ["twice", post("Content-Length: 3\r\nContent-Length: 4\r\n", "{}  ")],
    ["as a list", post("Content-Length: 2, 3\r\n", "{} ")],
    ["as less than nothing", post("Content-Length: -1\r\n", "{}")],
    ["with a sign", post("Content-Length: +2\r\n", "{}")],
    ["in hexadecimal", post("Content-Length: 0x2\r\n", "{}")],
    ["as more than a number holds", post(`Content-Length: ${"9".repeat(40)}\r\n`, "{}")],
    ["as empty", post("Content-Length: \r\n", "{}")],
    ["by a coding that is none", post("Transfer-Encoding: cow\r\n", "{}")],
    ["by chunks within chunks", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")],
    ["by chunks that are not last", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")],
    ["by chunks, hidden with a tab", post("Transfer-Encoding:\tchunked\r\nContent-Length: 2\r\n", "{}")],
    ["by a header with a space before its colon", post("Content-Length : 2\r\n", "{}")],
    ["by chunks of no number", post("Transfer-Encoding: chunked\r\n", "cow\r\n{}\r\n0\r\n\r\n")],
    ["by chunks of less than nothing", post("Transfer-Encoding: chunked\r\n", "-1\r\n{}\r\n0\r\n\r\n")],
    [
      "by chunks of more than there is",
      post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n{}\r\n"),
    ],
    [
      "by chunks whose end is missing",
      post("Transfer-Encoding: chunked\r\n", "2\r\n{}GET / HTTP/1.1\r\n\r\n"),
    ],
    [
      "by chunks with much beside them",
      post("Transfer-Encoding: chunked\r\n", `2;${"x".repeat(20_000)}\r\n{}\r\n0\r\n\r\n`),
    ],
  ])("%s is malformed, and nothing behind it is read as a request", async (_, bytes) => {
    expect(await say(bytes)).toEqual({
      statuses: [expect.toSatisfy((status) => status === 400 || status === 413)],
      faults: [],
    });
  });

  it("as longer than it is takes what follows as its own, not as a request", async () => {
    const smuggled = get("/v1/devices", `Authorization: ${token}\r\n`);
    expect(
      await say(post(`Content-Length: ${String(sync.length + smuggled.length)}\r\n`, sync + smuggled)),
    ).toEqual({
      statuses: [400],
      faults: [],
    });
  });

  it("and promised only is waited for: a client that asks first is told to go on", async () => {
    const bytes = post(`Expect: 100-continue\r\nContent-Length: ${String(sync.length)}\r\n`, sync);
    expect(await say(bytes)).toEqual({ statuses: [200], faults: [] });
  });

  it("by chunks with trailers is read, and no trailer taken for a header", async () => {
    const body = `${sync.length.toString(16)}\r\n${sync}\r\n0\r\nAuthorization: none\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n`;
    expect(await say(post("Transfer-Encoding: chunked\r\n", body))).toEqual({ statuses: [200], faults: [] });
  });
});

describe("a head with", () => {
  it.each([
    ["a line folded over", get("/healthz", "X: a\r\n b\r\n")],
    ["a header without a name", get("/healthz", ": a\r\n")],
    ["a header without a colon", get("/healthz", "nonsense\r\n")],
    ["NUL in a header", get("/healthz", "X: a\0b\r\n")],
    ["a line break alone", "GET /healthz HTTP/1.1\nHost: x\n\n"],
    ["a carriage return alone", get("/healthz", "X: a\rY: b\r\n")],
    ["no host", "GET /v1/devices HTTP/1.1\r\n\r\n"],
    ["a host that is none", "GET /v1/devices HTTP/1.1\r\nHost: a b\r\n\r\n"],
    ["a host with a path", "GET /v1/devices HTTP/1.1\r\nHost: x/../y\r\n\r\n"],
    ["a host of nothing", "GET /v1/devices HTTP/1.1\r\nHost: \r\n\r\n"],
    ["two hosts", "GET /v1/devices HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"],
    ["a header of 9 kB", get("/healthz", `X: ${"x".repeat(9_000)}\r\n`)],
    ["a name of 9 kB", get("/healthz", `${"x".repeat(9_000)}: x\r\n`)],
    ["a path of 9 kB", get(`/${"x".repeat(9_000)}`)],
    [
      "3,000 headers",
      get(
        "/healthz",
        many(3_000, (at) => `X${String(at)}: x`),
      ),
    ],
    [
      "1,000 times the same header",
      get(
        "/healthz",
        many(1_000, () => "X: x"),
      ),
    ],
    [
      "300 small headers",
      get(
        "/v1/devices",
        many(300, (at) => `X${String(at)}: x`),
      ),
    ],
    [
      "300 tokens",
      get(
        "/v1/devices",
        many(300, () => "Authorization: Bearer x"),
      ),
    ],
    [
      "bytes beyond ASCII",
      Buffer.from(get("/v1/devices", "X: \u00ff\u0080\r\nAuthorization: Bearer \u00fe\r\n"), "latin1"),
    ],
    [
      "a key beyond ASCII",
      Buffer.from(
        post(
          "Idempotency-Key: \u00fe\u00ff\u00fe\u00ff\u00fe\u00ff\u00fe\u00ff\r\nContent-Length: 2\r\n",
          "{}",
          "/v1/patients",
        ),
        "latin1",
      ),
    ],
    [
      "lies about where it came from",
      get(
        "/v1/devices",
        "X-Forwarded-For: <script>, \u0001, 999.999.999.999, ::::::\r\nX-Forwarded-Proto: javascript\r\n",
      ),
    ],
    ["a promise that is none", post("Expect: the-unexpected\r\nContent-Length: 2\r\n", "{}")],
    [
      "an upgrade to another protocol",
      get("/v1/devices", "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
    ],
    [
      "an upgrade to a socket",
      get(
        "/v1/devices",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
      ),
    ],
    ["an origin that is none", get("/v1/devices", "Origin: javascript:alert(1)//\r\n")],
    ["a range", get("/openapi.json", "Range: bytes=0-0,0-0,0-0,1-1\r\n")],
    ["an accept of 7 kB", get("/v1/devices", `Accept-Encoding: ${"gzip;q=0,".repeat(770)}\r\n`)],
    ["a method of another hand", "get /healthz HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a method of 9 kB", `${"G".repeat(9_000)} / HTTP/1.1\r\nHost: x\r\n\r\n`],
    ["the beginning of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["HTTP/0.9", "GET /healthz\r\n\r\n"],
    ["HTTP/9.9", "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n"],
    ["TLS", Buffer.from("16030100c8010000c40303", "hex")],
    ["noise", Buffer.from(Array.from({ length: 2_000 }, (_, at) => (at * 7_919) % 256))],
    ["nothing but line breaks", "\r\n".repeat(200)],
  ])("%s is answered by the rules", async (_, bytes) => {
    const { faults } = await say(bytes);
    expect(faults).toEqual([]);
  });

  it.each(["TRACE", "TRACK", "OPTIONS", "PATCH", "PROPFIND", "PURGE", "SEARCH", "M-SEARCH", "LOCK"])(
    "the method %s gets no more than a refusal",
    async (method) => {
      for (const path of ["/v1/sync", "/v1/devices", "/healthz", "*", "/"]) {
        const { statuses, faults } = await say(
          `${method} ${path} HTTP/1.1\r\nHost: x\r\nMax-Forwards: 0\r\nX-Secret: canary\r\n\r\n`,
        );
        expect({ path, faults, refused: statuses.every((status) => status >= 400) }).toEqual({
          path,
          faults: [],
          refused: true,
        });
      }
    },
  );

  it("CONNECT is no way through", async () => {
    const { statuses, faults } = await say("CONNECT 127.0.0.1:3306 HTTP/1.1\r\nHost: 127.0.0.1:3306\r\n\r\n");
    expect({ faults, refused: statuses.every((status) => status >= 400) }).toEqual({
      faults: [],
      refused: true,
    });
  });
});

describe("an address", () => {
  it.each([
    "/..%2f..%2fetc/passwd",
    "/../../etc/passwd",
    "/v1/../../../etc/passwd",
    "/docs/..%2f..%2fpackage.json",
    "/docs/../package.json",
    "/docs/%2e%2e/%2e%2e/package.json",
    "/docs/..\\..\\package.json",
    "/docs//etc/passwd",
    "/docs/index.html%00.js",
    "/v1/patients/%00",
    "/v1/patients/%",
    "/v1/patients/%zz",
    "/v1/patients/%c0%af",
    "/v1/patients/%ff%fe",
    "/v1/patients/%ed%a0%80",
    "/v1/patients/%e2%80%ae",
    "/v1/patients/AAAAAAAAAAAAAAAA.1%2f..%2f..",
    "/v1/patients/AAAAAAAAAAAAAAAA.1;a=b",
    "/v1/patients/__proto__",
    "/v1/patients/constructor",
    "/v1/accounts/me/../me",
    "//v1/devices",
    "/v1//devices",
    "/v1/devices/",
    "/V1/DEVICES",
    "/v1/devices%20",
    "/%76%31/devices",
    "/.git/config",
    "/.env",
    "/server-status",
    "/metrics",
    "/v1/patients?%",
    "/v1/patients?%00=%00",
    "/v1/patients?limit=%ff",
    "/v1/patients?limit=1&limit=2",
    "/v1/patients?limit[]=1",
    "/v1/patients?__proto__[admin]=1",
    "/v1/patients?&&&===&",
    `/v1/patients?${"a&".repeat(3_000)}`,
    `/${"a/".repeat(3_500)}`,
    "/v1/patients#fragment",
    "http://evil.example/v1/devices",
    "https://127.0.0.1/v1/devices",
    "http://[::1/v1/devices",
    "http://a:b@c:99999/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "*",
    "v1/devices",
    "/v1/devices /v1/devices",
    "/\u0001",
    "/v1/patients/\u00ff\u00fe",
  ])("%s is refused", async (path) => {
    for (const authorized of ["", `Authorization: ${token}\r\n`]) {
      const { statuses, faults } = await say(Buffer.from(get(path, authorized), "latin1"));
      // Some are only other ways to write an address that there is; what it serves keeps the rules.
      expect({ faults, hanging: statuses.includes(0) }).toEqual({ faults: [], hanging: false });
    }
  });

  it.each([
    "/%0d%0aSet-Cookie:%20a=b",
    "/v1/devices?x=%0d%0aLocation:%20http://evil.example",
    "/docs%0d%0aX-Evil:%201",
  ])("%s writes no header", async (path) => {
    const line = dial(url);
    line.write(get(path, "Connection: close\r\n"));
    await line.closed;
    expect(line.heard()).not.toMatch(/^(set-cookie|x-evil|location):/im);
    expect(answersIn(line.heard()).flatMap((answer) => faultsOfAnswer(answer))).toEqual([]);
  });
});

describe("on one connection", () => {
  it("a hundred requests in one breath are a hundred answers, in their order", async () => {
    const answers = await exchange(
      url,
      Array.from({ length: 100 }, (_, at) => get(at % 2 === 0 ? "/healthz" : "/nowhere")).join(""),
    );
    expect(answers?.flatMap((answer) => faultsOfAnswer(answer))).toEqual([]);
    expect(answers?.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 200 : 404)),
      200,
    ]);
  });

  it("what cannot be read behind a hundred requests ends it, and no answer goes to the wrong one", async () => {
    const answers = await exchange(
      url,
      `${Array.from({ length: 20 }, () => get("/healthz")).join("")}nonsense\r\n\r\n`,
    );
    expect(answers?.flatMap((answer) => faultsOfAnswer(answer))).toEqual([]);
    expect(answers?.slice(0, -1).every(({ status }) => status === 200)).not.toBe(false);
  });

  it("a client that hangs up in the middle of anything costs nobody else anything", async () => {
    const whole = post(`Content-Length: ${String(sync.length)}\r\n`, sync);
    const cuts = Array.from({ length: 60 }, (_, at) => Math.ceil((whole.length * (at + 1)) / 61));
    for (const cut of cuts) {
      const line = dial(url);
      line.write(whole.slice(0, cut));
      line.hangUp();
      await line.closed;
    }
    const answer = await target.ask({
      method: "POST",
      path: "/v1/sync",
      headers: { ...JSON_TYPE, authorization: token },
      body: sync,
    });
    expect(answer.status).toBe(200);
  });
});
