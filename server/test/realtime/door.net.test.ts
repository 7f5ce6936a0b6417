import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { openApiDocument } from "../../src/http/rest/openapi/document.ts";
import { runningServer } from "../http/running-server.ts";
import { hangUp, openLine, refusalOf, ticketFor } from "./line-client.ts";

/** What the OpenAPI document says of asking for a socket. */
const Asked = z.object({ responses: z.record(z.string(), z.unknown()) });
const Described = z.object({ paths: z.record(z.string(), z.object({ get: z.optional(Asked) })) });

const PAGE = "https://app.example";
const server = await runningServer({ HEALTHBRIDGE_ORIGINS: PAGE });
await server.open("wanjiku", "patient");
const { accessToken: token } = await server.signIn("wanjiku");

afterAll(hangUp);

/** What the server answers to these bytes, until it closes. */
async function rawAnswer(...lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.on("data", (chunk) => (text += chunk.toString()));
  socket.write(`${lines.join("\r\n")}\r\nHost: x\r\n\r\n`);
  await once(socket, "close");
  return text;
}

describe("the door for sockets", () => {
  it("opens to a ticket as sub-protocol, and speaks the newest version that both do", async () => {
    const ticket = await ticketFor(server, token);
    const line = await openLine(server, token, {
      protocols: [`ticket.${ticket}`, "healthbridge.99", "healthbridge.1"],
    });
    expect(line.ws.protocol).toBe("healthbridge.1");
    expect(line.ws.extensions).toBe("");
  });

  it("refuses a ticket that was used, as a problem like any other", async () => {
    const ticket = await ticketFor(server, token);
    await openLine(server, token, { ticket });
    const refusal = await refusalOf(openLine(server, token, { ticket }));
    expect(refusal).toMatchObject({ status: 401, body: { code: "token_invalid" } });
    expect(refusal.headers).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "www-authenticate": 'Bearer error="invalid_token"',
    });
    const { correlation } = refusal.body;
    expect(server.log.some((line) => line.includes(correlation) && line.includes("401"))).toBe(true);
  });

  it.each([
    ["none", ["healthbridge.1"], "", "not_signed_in"],
    ["one that nobody was given", ["healthbridge.1", `ticket.${"a".repeat(32)}`], "", "token_invalid"],
    ["an access token", ["healthbridge.1", `ticket.${token}`], "", "token_invalid"],
    ["one in the address", ["healthbridge.1"], "?ticket=", "not_signed_in"],
    ["an access token in the address", ["healthbridge.1"], `?token=${token}`, "not_signed_in"],
  ])("refuses a ticket that is %s", async (_what, protocols, query, code) => {
    const inAddress = query === "?ticket=" ? `?ticket=${await ticketFor(server, token)}` : query;
    const refusal = await refusalOf(
      openLine(server, token, { protocols, path: `/v1/realtime${inAddress}`, ticket: "unused" }),
    );
    expect(refusal).toMatchObject({ status: 401, body: { code } });
    expect(server.log.join("")).not.toContain(token);
  });

  it("refuses a ticket for something else", async () => {
    const ticket = await ticketFor(server, token, { purpose: "documents" });
    expect(await refusalOf(openLine(server, token, { ticket }))).toMatchObject({ status: 401 });
  });

  it.each(["https://evil.example", "null", `${PAGE}.evil.example`, "http://app.example", `${PAGE}:8443`])(
    "refuses pages from %s",
    async (origin) => {
      const refusal = await refusalOf(openLine(server, token, { origin }));
      expect(refusal).toMatchObject({ status: 403, body: { code: "forbidden", path: "origin" } });
    },
  );

  it("lets the named pages in, each with a ticket that it asked for itself", async () => {
    const line = await openLine(server, token, { origin: PAGE });
    expect(line.ws.protocol).toBe("healthbridge.1");
    const fromPage = await ticketFor(server, token, {}, { origin: PAGE });
    expect(await refusalOf(openLine(server, token, { ticket: fromPage }))).toMatchObject({ status: 401 });
    const fromApp = await ticketFor(server, token);
    expect(await refusalOf(openLine(server, token, { ticket: fromApp, origin: PAGE }))).toMatchObject({
      status: 401,
    });
  });

  it("lets pages in that it serves itself, and no other port of the same machine", async () => {
    const line = await openLine(server, token, { origin: server.url });
    expect(line.ws.protocol).toBe("healthbridge.1");
    const neighbour = new URL(server.url);
    neighbour.port = String(Number(neighbour.port) - 1);
    expect(await refusalOf(openLine(server, token, { origin: neighbour.origin }))).toMatchObject({
      status: 403,
    });
  });

  it("refuses versions it does not speak", async () => {
    const ticket = await ticketFor(server, token);
    for (const protocols of [
      [`ticket.${ticket}`],
      ["healthbridge.2", `ticket.${ticket}`],
      ["chat", "healthbridge.01"],
    ])
      expect(await refusalOf(openLine(server, token, { protocols }))).toMatchObject({
        status: 426,
        body: { code: "protocol_unsupported" },
      });
  });

  it("is nowhere else: another path is answered like a plain request", async () => {
    expect(await refusalOf(openLine(server, token, { path: "/v1/elsewhere" }))).toMatchObject({
      status: 404,
    });
    const other = await rawAnswer("GET /healthz HTTP/1.1", "Connection: Upgrade, close", "Upgrade: h2c");
    expect(other).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each(["/v1/realtime", "/v1/documents/{name}"])(
    "is not there for who asks for no socket, and OpenAPI says so: %s",
    async (path) => {
      const { status } = await server.send("GET", path.replace("{name}", "AAAAAAAAAAAAAAAA.1.notes"), {
        token,
      });
      expect(status).toBe(404);
      const { get } = Described.parse(openApiDocument()).paths[path] ?? {};
      expect(Object.keys(get?.responses ?? {})).toEqual(expect.arrayContaining(["101", "404", "426"]));
    },
  );

  it("refuses half a handshake", async () => {
    const answer = await rawAnswer(
      "GET /v1/realtime HTTP/1.1",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/"path":"sec-websocket-key"/);
  });

  it("refuses two hosts", async () => {
    const answer = await rawAnswer(
      "GET /v1/realtime HTTP/1.1",
      "Host: y",
      "Connection: Upgrade",
      "Upgrade: websocket",
      `Sec-WebSocket-Key: ${"A".repeat(22)}==`,
      "Sec-WebSocket-Version: 13",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/"path":"host"/);
  });

  it.each([["Sec-WebSocket-Version: 8"], ["X-None: 13"]])(
    "says which version of WebSockets it speaks, to %s",
    async (version) => {
      const answer = await rawAnswer(
        "GET /v1/realtime HTTP/1.1",
        "Connection: Upgrade",
        "Upgrade: websocket",
        `Sec-WebSocket-Key: ${"A".repeat(22)}==`,
        version,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 426 /);
      expect(answer).toMatch(/\r\nsec-websocket-version: 13\r\n/);
      expect(answer).toMatch(/"code":"protocol_unsupported","path":"sec-websocket-version"/);
    },
  );

  it("lets one account have so many lines and no more", async () => {
    await server.open("crowd", "patient");
    const crowd = await server.signIn("crowd");
    const lines = [];
    for (let at = 0; at < 10; at += 1) lines.push(await openLine(server, crowd.accessToken));
    const refusal = await refusalOf(openLine(server, crowd.accessToken));
    expect(refusal).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(Number(refusal.headers["retry-after"])).toBeGreaterThan(0);
    const [first] = lines;
    first?.ws.close();
    await first?.closed;
    await expect
      .poll(() =>
        openLine(server, crowd.accessToken).then(
          ({ ws }) => ws.protocol,
          () => "full",
        ),
      )
      .toBe("healthbridge.1");
  });

  it("survives whoever hangs up in the middle", async () => {
    const { hostname, port } = new URL(server.url);
    const ticket = await ticketFor(server, token);
    for (let at = 0; at < 20; at += 1) {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      socket.write(
        `GET /v1/realtime HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${"A".repeat(22)}==\r\nSec-WebSocket-Protocol: healthbridge.1, ticket.${ticket}\r\n\r\n`,
        () => socket.resetAndDestroy(),
      );
      await once(socket, "close");
    }
    expect((await server.send("GET", "/healthz")).status).toBe(200);
  });
});

it("an address that only guesses is not looked up any more", async () => {
  const guessed = await runningServer();
  await guessed.open("wanjiku", "patient");
  const session = await guessed.signIn("wanjiku");
  const guess = () =>
    refusalOf(
      openLine(guessed, session.accessToken, {
        protocols: ["healthbridge.1", `ticket.${"b".repeat(32)}`],
        ticket: "unused",
      }),
    );
  const statuses = await Promise.all(Array.from({ length: 61 }, async () => (await guess()).status));
  expect(new Set(statuses)).toEqual(new Set([401]));
  expect(await refusalOf(openLine(guessed, session.accessToken))).toMatchObject({ status: 429 });
});
