import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { openWorld } from "../../../tests/setup/world.ts";
import { nonce, PASSWORD, runningServer } from "../http/running-server.ts";
import { HandMovedTime } from "./hand-moved-time.ts";
import { hangUp, type LineClient, openLine } from "./line-client.ts";

const time = new HandMovedTime();
const server = await runningServer({}, { socketTime: time });
const world = await openWorld(server.databaseUrl, {}, "demo");
const boss = (await server.open("boss", "administrator"), await server.signIn("boss"));
let count = 0;

afterEach(hangUp);

/** Somebody new, who is signed in and has a line. */
async function somebody() {
  count += 1;
  const login = `somebody${String(count)}`;
  const account = await server.open(login, "patient");
  const session = await server.signIn(login);
  const line = await openLine(server, session.accessToken);
  return { login, account, session, line };
}

/** How a line ends while so much time passes for sockets, and how much did. */
async function endOf(
  line: LineClient,
  within: number,
): Promise<{ code: number; reason: string; after: number }> {
  const { ws } = line;
  let after = 0;
  while (after < within && ws.readyState === ws.OPEN) {
    await time.pass(500);
    after += 500;
    // A look at the database takes as long as it takes, but no time of this clock.
    for (let at = 0; at < 20; at += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  return { ...(await line.closed), after };
}

describe("a line ends with its session", () => {
  it("at once, when she signs out here", async () => {
    const { session, line } = await somebody();
    const other = await somebody();
    await server.send("DELETE", "/v1/sessions/current", { token: session.accessToken });
    expect(await line.closed).toMatchObject({ code: 4401 });
    expect((await other.line.sync()).json["answer"]).toBeDefined();
  });

  it("at once, on every other device, when the password is changed here", async () => {
    const { login, account, session, line } = await somebody();
    const stays = await server.signIn(login, PASSWORD, "Other");
    const staying = await openLine(server, stays.accessToken);
    const json = { current: PASSWORD, password: "another walk along the river" };
    await server.send("PUT", `/v1/accounts/${account}/password`, { json, token: stays.accessToken });
    expect(await line.closed).toMatchObject({ code: 4401 });
    expect(session.device).not.toBe(stays.device);
    expect((await staying.sync()).json["answer"]).toBeDefined();
  });

  it("within five seconds, when the device is revoked or the account disabled, by whatever process", async () => {
    const revoked = await somebody();
    const disabled = await somebody();
    const stays = await somebody();
    await world.asSystem([
      { type: "device.revoke", input: { device: revoked.session.device } },
      { type: "account.setStatus", input: { account: disabled.account, status: "disabled" } },
    ]);
    const ends = [await endOf(revoked.line, 5_000), await endOf(disabled.line, 5_000)];
    expect(ends.map(({ code }) => code)).toEqual([4401, 4401]);
    expect(stays.line.ws.readyState).toBe(stays.line.ws.OPEN);
  });

  it("within five seconds, when it is signed out on another process", async () => {
    const { session, line } = await somebody();
    await using connection = await SingleConnection.open(server.databaseUrl);
    await connection.run(
      `UPDATE session SET ended_at = 1, ended_why = 'sign-out' WHERE device_id = '${session.device}'`,
    );
    expect((await endOf(line, 5_000)).code).toBe(4401);
  });

  it("when the session has run out, or was not used for too long", async () => {
    const over = await somebody();
    const idle = await somebody();
    await using connection = await SingleConnection.open(server.databaseUrl);
    await connection.run(`UPDATE session SET expires_at = 1 WHERE device_id = '${over.session.device}'`);
    await connection.run(`UPDATE session SET used_at = 1 WHERE device_id = '${idle.session.device}'`);
    expect((await endOf(over.line, 5_000)).code).toBe(4401);
    expect((await endOf(idle.line, 5_000)).code).toBe(4401);
  });

  it("not because the access token ran out: the session is what counts", async () => {
    const { session, line } = await somebody();
    const json = { refreshToken: session.refreshToken, nonce: nonce() };
    expect((await server.send("POST", "/v1/sessions/refresh", { json })).status).toBe(200);
    await time.pass(3_000);
    expect((await line.sync()).json["answer"]).toBeDefined();
  });

  it("and what comes over it after that is not done", async () => {
    const { session, line } = await somebody();
    line.ws.pause();
    await server.send("DELETE", `/v1/devices/${session.device}`, {
      token: boss.accessToken,
      headers: { "idempotency-key": "away-with-it" },
    });
    const stream = "BBBBBBBBBBBBBBBB";
    const input = { name: "Ghost" };
    line.send({
      id: 1,
      sync: { protocol: 1, stream, from: 1, operations: [{ type: "patient.register", input, madeAt: 1 }] },
    });
    line.ws.resume();
    const answered = line.next(({ problem }) => problem?.code === "device_revoked").then(() => "refused");
    expect(["refused", 4401]).toContain(await Promise.race([answered, line.closed.then(({ code }) => code)]));
    answered.catch(() => undefined);
    await using connection = await SingleConnection.open(server.databaseUrl);
    expect(await connection.run("SELECT id FROM patient WHERE name = 'Ghost'")).toMatchObject({ rows: [] });
  });
});

describe("a line that is silent", () => {
  it("is closed within half a minute, having been asked", async () => {
    const { session } = await somebody();
    const line = await openLine(server, session.accessToken, { deaf: true });
    let pings = 0;
    line.ws.on("ping", () => (pings += 1));
    const { after, code } = await endOf(line, 30_000);
    expect(code).toBe(1006);
    expect(after).toBeLessThanOrEqual(30_000);
    expect(pings).toBeGreaterThanOrEqual(1);
  });

  it("stays as long as it answers when it is asked", async () => {
    const { line } = await somebody();
    let pings = 0;
    line.ws.on("ping", () => (pings += 1));
    for (let at = 0; at < 4; at += 1) {
      const before = pings;
      await time.pass(15_000);
      await expect.poll(() => pings).toBeGreaterThan(before);
      await line.sync();
    }
    expect(line.ws.readyState).toBe(line.ws.OPEN);
  });
});

describe("a server that stops", () => {
  it("answers what it was asked, sends everybody away with a moment to return, and takes nobody new", async () => {
    const stopping = await runningServer();
    await stopping.open("wanjiku", "patient");
    const { accessToken } = await stopping.signIn("wanjiku");
    const lines = await Promise.all([1, 2, 3].map(() => openLine(stopping, accessToken)));
    const asked = lines.map((line) => line.sync({ follow: ["me"] }));
    // Whoever has answered the ping has read what came before it.
    await Promise.all(
      lines.map(({ ws }) => {
        ws.ping();
        return once(ws, "pong");
      }),
    );
    const closing = stopping.close();
    const ends = await Promise.all(lines.map(({ closed }) => closed));
    for (const { code, reason } of ends) {
      expect(code).toBe(1012);
      expect(Number(reason)).toBeGreaterThanOrEqual(0);
      expect(Number(reason)).toBeLessThanOrEqual(5_000);
    }
    for (const { json } of await Promise.all(asked)) expect(json["answer"].settled).toBe(0);
    await closing;
  });

  it("does not wait for whoever does not hang up", async () => {
    const stopping = await runningServer({ HEALTHBRIDGE_DRAIN_SECONDS: "0" });
    await stopping.open("wanjiku", "patient");
    const { accessToken } = await stopping.signIn("wanjiku");
    const line = await openLine(stopping, accessToken);
    line.ws.pause();
    await stopping.close();
    line.ws.resume();
    expect([1006, 1012]).toContain((await line.closed).code);
  });
});
