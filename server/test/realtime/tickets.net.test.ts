import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/adapters/clock.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { openPool } from "../../src/database/pool.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { clearTicketsJob } from "../../src/jobs/clear-tickets.ts";
import { createTickets, type Tickets } from "../../src/realtime/tickets.ts";
import { runningServer } from "../http/running-server.ts";

const server = await runningServer();
await server.open("wanjiku", "patient");

/** Another server process on the same database. */
async function onAnotherNode<T>(work: (tickets: Tickets) => Promise<T>, idleMs = 86_400_000): Promise<T> {
  const pool = openPool({ url: server.databaseUrl, size: 4 });
  const clock = systemClock;
  try {
    return await work(createTickets({ pool, clock, randomness: systemRandomness, settings: { idleMs } }));
  } finally {
    await pool.close();
  }
}

async function ticketFor(
  token: string,
  json: object = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const { status, text } = await server.send("POST", "/v1/realtime/ticket", { json, token, headers });
  expect(status).toBe(201);
  return String(JSON.parse(text).ticket);
}

async function sql(statement: string): Promise<void> {
  await using connection = await SingleConnection.open(server.databaseUrl);
  await connection.run(statement);
}

describe("a ticket", () => {
  it("is given for an access token, and says for how long it is good", async () => {
    const { accessToken } = await server.signIn("wanjiku");
    const { status, text, headers } = await server.send("POST", "/v1/realtime/ticket", {
      json: {},
      token: accessToken,
    });
    expect(status).toBe(201);
    expect(JSON.parse(text)).toEqual({ ticket: expect.stringMatching(/^[\w-]{32}$/), expiresIn: 30 });
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("is not given to a stranger, nor for what there is not", async () => {
    const { accessToken } = await server.signIn("wanjiku");
    const ask = (json: object, token?: string) =>
      server.send("POST", "/v1/realtime/ticket", { json, ...(token === undefined ? {} : { token }) });
    expect((await ask({})).body).toMatchObject({ status: 401, code: "not_signed_in" });
    expect((await ask({ purpose: "everything" }, accessToken)).status).toBe(400);
  });

  it("got from one node opens on another, and says whose it is", async () => {
    const session = await server.signIn("wanjiku");
    const ticket = await ticketFor(session.accessToken, {}, { origin: "https://app.example" });
    const holder = await onAnotherNode((tickets) => tickets.redeem(ticket, "realtime"));
    expect(holder).toMatchObject({
      tenant: "demo",
      account: session.account.id,
      device: session.device,
      role: "patient",
      origin: "https://app.example",
    });
    expect(holder?.sessionExpiresAt).toBeGreaterThan(Date.now());
  });

  it("is good once, however many nodes are shown it at the same moment", async () => {
    const { accessToken } = await server.signIn("wanjiku");
    const ticket = await ticketFor(accessToken);
    const redeem = (tickets: Tickets) => Promise.all([1, 2, 3].map(() => tickets.redeem(ticket, "realtime")));
    const holders = await Promise.all([onAnotherNode(redeem), onAnotherNode(redeem)]);
    expect(holders.flat().filter((holder) => holder !== undefined)).toHaveLength(1);
  });

  it("for something else opens nothing, and is used up by the attempt", async () => {
    const { accessToken } = await server.signIn("wanjiku");
    const ticket = await ticketFor(accessToken, { purpose: "documents" });
    expect(await onAnotherNode((tickets) => tickets.redeem(ticket, "realtime"))).toBeUndefined();
    expect(await onAnotherNode((tickets) => tickets.redeem(ticket, "documents"))).toBeUndefined();
  });

  it("is not kept: the database holds a digest of it", async () => {
    const { accessToken } = await server.signIn("wanjiku");
    const ticket = await ticketFor(accessToken);
    await using connection = await SingleConnection.open(server.databaseUrl);
    expect(JSON.stringify(await connection.run("SELECT * FROM ticket"))).not.toContain(ticket);
  });

  it("that is over opens nothing", async () => {
    const { accessToken } = await server.signIn("wanjiku");
    const ticket = await ticketFor(accessToken);
    await sql("UPDATE ticket SET expires_at = expires_at - 30000");
    expect(await onAnotherNode((tickets) => tickets.redeem(ticket, "realtime"))).toBeUndefined();
  });

  it("of a session that has ended since, or was not used for too long, opens nothing", async () => {
    const first = await server.signIn("wanjiku");
    const ticket = await ticketFor(first.accessToken);
    await server.send("DELETE", "/v1/sessions/current", { token: first.accessToken });
    expect(await onAnotherNode((tickets) => tickets.redeem(ticket, "realtime"))).toBeUndefined();
    const second = await server.signIn("wanjiku");
    const another = await ticketFor(second.accessToken);
    expect(await onAnotherNode((tickets) => tickets.redeem(another, "realtime"), 0)).toBeUndefined();
  });

  it("is not given to a page from a place that is none", async () => {
    const { accessToken: token } = await server.signIn("wanjiku");
    const headers = { origin: `https://${"x".repeat(300)}.example` };
    const { body } = await server.send("POST", "/v1/realtime/ticket", { json: {}, token, headers });
    expect(body).toMatchObject({ status: 403, code: "forbidden", path: "origin" });
  });

  it("that nobody used is cleared away once it is over, and one that is good is not", async () => {
    const { accessToken } = await server.signIn("wanjiku");
    await ticketFor(accessToken);
    await sql("UPDATE ticket SET expires_at = 1");
    const good = await ticketFor(accessToken);
    const pool = openPool({ url: server.databaseUrl, size: 2 });
    const job = clearTicketsJob(pool);
    expect(await job.due()).toBeGreaterThan(0);
    expect((await job.run(new AbortController().signal))["cleared"]).toBeGreaterThan(0);
    expect(await job.due()).toBe(0);
    await pool.close();
    expect(await onAnotherNode((tickets) => tickets.redeem(good, "realtime"))).toBeDefined();
  });

  it("is no access token, and an access token is no ticket", async () => {
    const { accessToken } = await server.signIn("wanjiku");
    const ticket = await ticketFor(accessToken);
    expect((await server.send("GET", "/v1/devices", { token: ticket })).status).toBe(401);
    expect(await onAnotherNode((tickets) => tickets.redeem(accessToken, "realtime"))).toBeUndefined();
  });
});
