import type { Session } from "@healthbridge/schema";
import { describe, expect, it } from "vitest";
import { newStream, openWorld } from "../../../tests/setup/world.ts";
import { nonce, runningServer } from "../http/running-server.ts";

const server = await runningServer();
const world = await openWorld(server.databaseUrl, {}, "demo");
await server.open("boss", "administrator");
const boss = await server.signIn("boss");
const patients = `/v1/patients?clinic=${world.clinic}`;
let count = 0;

/** Somebody of the clinic who has just asked something, so that the server remembers who she is. */
async function somebody(): Promise<Session> {
  count += 1;
  const login = `worker${String(count)}`;
  await server.open(login, "staff", { clinics: [world.clinic] });
  const session = await server.signIn(login);
  expect((await read(session)).status).toBe(200);
  return session;
}

function read({ accessToken }: Session, path = patients) {
  return server.send("GET", path, { token: accessToken });
}

async function onRest(method: string, path: string, json?: object): Promise<void> {
  const headers = { "idempotency-key": newStream() };
  const { status } = await server.send(method, path, { json, headers, token: boss.accessToken });
  expect(status).toBe(200);
}

describe.each([
  ["a device that was revoked", (of: Session) => onRest("DELETE", `/v1/devices/${of.device}`)],
  [
    "an account that was disabled",
    (of: Session) => onRest("PUT", `/v1/accounts/${of.account.id}/status`, { status: "disabled" }),
  ],
])("%s", (_what, end) => {
  it("reads no more, at once", async () => {
    const session = await somebody();
    await end(session);
    expect((await read(session)).body.code).toBe("device_revoked");
  });

  it("gets no new tokens and no ticket, at once", async () => {
    const session = await somebody();
    await end(session);
    const json = { refreshToken: session.refreshToken, nonce: nonce() };
    const refreshed = await server.send("POST", "/v1/sessions/refresh", { json });
    const ticket = await server.send("POST", "/v1/realtime/ticket", { json: {}, token: session.accessToken });
    expect([refreshed.body.code, ticket.body.code]).toEqual(["device_revoked", "device_revoked"]);
  });
});

it("a clinic that somebody works at no longer is hidden from her at once, and one she works at now is not", async () => {
  const session = await somebody();
  const card = { json: { name: "Ouma", clinic: world.clinic }, token: session.accessToken };
  await server.send("POST", "/v1/patients", { ...card, headers: { "idempotency-key": newStream() } });
  expect((await read(session)).body.items.length).toBeGreaterThan(0);
  const path = `/v1/accounts/${session.account.id}/clinics`;
  await onRest("PUT", path, { clinics: [] });
  expect((await read(session)).text).toBe('{"items":[]}');
  await onRest("PUT", path, { clinics: [world.clinic] });
  expect((await read(session)).body.items.length).toBeGreaterThan(0);
});
