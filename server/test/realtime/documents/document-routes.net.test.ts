import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { openWorld, startIn } from "../../../../tests/setup/world.ts";
import { slowBody } from "../../http/raw-request.ts";
import { runningServer } from "../../http/running-server.ts";
import { any, crafted, gc, written } from "./support/crafted.ts";

const METRICS_TOKEN = randomBytes(24).toString("base64url");
const server = await runningServer({
  HEALTHBRIDGE_TENANT: "demo",
  HEALTHBRIDGE_METRICS_TOKEN: METRICS_TOKEN,
});
const world = await openWorld(server.databaseUrl, {}, "demo");
afterAll(() => world[Symbol.asyncDispose]());

const EMPTY_VECTOR = "AA==";
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

let token = "";
let stranger = "";
let conversation = "";

beforeAll(async () => {
  await server.open("njeri", "staff", { clinics: [world.clinic] });
  await server.open("someone", "patient");
  token = (await server.signIn("njeri")).accessToken;
  stranger = (await server.signIn("someone")).accessToken;
  const key = () => ({ "idempotency-key": randomBytes(12).toString("hex") });
  const json = { name: "Wanjiru", clinic: world.clinic };
  const patient = (await server.send("POST", "/v1/patients", { json, token, headers: key() })).body.id;
  const booking = { doctor: world.doctor, patient, start: startIn(1, "09:20") };
  conversation = (await server.send("POST", "/v1/appointments", { json: booking, token, headers: key() }))
    .body.id;
});

const sync = (json: object, { kind = "intake", who = token } = {}) =>
  server.send("POST", `/v1/documents/${conversation}.${kind}/sync`, { json, token: who });

describe("a document over HTTP", () => {
  it("takes what one has, gives what one lacks, and says how far it is", async () => {
    const update = written(1, (doc) => doc.getText("text").insert(0, "fever"));
    const first = await sync({ vector: EMPTY_VECTOR, update: base64(update) });
    expect(first.status).toBe(200);
    expect(JSON.parse(first.text)).toMatchObject({ may: "write", stored: true });
    const again = await sync({ vector: EMPTY_VECTOR });
    const answer: { readonly update: string; readonly vector: string } = JSON.parse(again.text);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Buffer.from(answer.update, "base64"));
    expect(doc.getText("text").toJSON()).toBe("fever");
    expect(Y.decodeStateVector(Buffer.from(answer.vector, "base64"))).toEqual(new Map([[1, 5]]));
    const nothing = await sync({ vector: answer.vector, update: base64(update) });
    expect(JSON.parse(nothing.text)).toMatchObject({ stored: true, vector: answer.vector });
  });

  it("says that what follows something it lacks is not stored", async () => {
    const update = crafted([{ client: 5, clock: 3, structs: [any(1)] }]);
    const { text } = await sync({ vector: EMPTY_VECTOR, update: base64(update) });
    expect(JSON.parse(text)).toMatchObject({ stored: false });
  });

  it("refuses what the guard refuses, with the reason, and keeps nothing of it", async () => {
    const before = await sync({ vector: EMPTY_VECTOR });
    const theft = crafted([{ client: 7, clock: 0, structs: [gc(100_000_000)] }]);
    const answer = await sync({ vector: EMPTY_VECTOR, update: base64(theft) });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ code: "malformed", path: "update", detail: "too_many" });
    expect((await sync({ vector: EMPTY_VECTOR })).text).toBe(before.text);
  });

  it.each([
    ["a vector that is none", { vector: "yMg=" }],
    ["what is no base64", { vector: "!" }],
    ["a field of its own", { vector: EMPTY_VECTOR, account: "somebody" }],
    ["no vector", {}],
  ])("refuses %s", async (_, json) => {
    expect((await sync(json)).status).toBe(400);
  });

  it("refuses an update where one may only read", async () => {
    const update = written(9, (doc) => doc.getText("text").insert(0, "rest"));
    const answer = await sync({ vector: EMPTY_VECTOR, update: base64(update) }, { kind: "notes" });
    expect(answer.status).toBe(403);
    expect((await sync({ vector: EMPTY_VECTOR }, { kind: "notes" })).status).toBe(200);
  });

  it("is not there for whoever may not see it, nor under a name that is none, nor without a session", async () => {
    const hers = await sync({ vector: EMPTY_VECTOR }, { who: stranger });
    const none = await server.send("POST", "/v1/documents/AAAAAAAAAAAAAAAA.1.intake/sync", {
      json: { vector: EMPTY_VECTOR },
      token,
    });
    expect([hers.status, none.status]).toEqual([404, 404]);
    const odd = await sync({ vector: EMPTY_VECTOR }, { kind: "prescription" });
    expect(odd.status).toBe(404);
    expect((await sync({ vector: EMPTY_VECTOR }, { who: "x.y.z" })).status).toBe(401);
  });

  it("is not there any more for whoever lost sight of it while her body was on its way", async () => {
    const account = await server.open("leaver", "staff", { clinics: [world.clinic] });
    const { accessToken } = await server.signIn("leaver");
    const update = base64(written(21, (doc) => doc.getText("text").insert(0, "late")));
    const before = await sync({ vector: EMPTY_VECTOR });
    const { sent, finish } = slowBody(JSON.stringify({ vector: EMPTY_VECTOR, update }));
    const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
    const path = `/v1/documents/${conversation}.intake/sync`;
    const answer = fetch(`${server.url}${path}`, { method: "POST", headers, ...sent });
    expect((await sync({ vector: EMPTY_VECTOR }, { who: accessToken })).status).toBe(200);
    await world.asSystem([{ type: "account.setClinics", input: { account, clinics: [] } }]);
    finish();
    expect((await answer).status).toBe(404);
    expect((await sync({ vector: EMPTY_VECTOR })).text).toBe(before.text);
  });

  it("is counted", async () => {
    const { text } = await server.send("GET", "/metrics", { token: METRICS_TOKEN });
    expect(text).toContain('healthbridge_document_refused_updates_total{reason="too_many"} 1');
    expect(text).toContain('healthbridge_document_refused_updates_total{reason="gap"} 1');
    expect(text).toMatch(/healthbridge_document_updates_total [1-9]/);
    expect(text).toMatch(/healthbridge_document_rooms \d/);
  });
});
