import { addDays, type EntityId, type Message } from "@healthbridge/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import type { Authenticated } from "../../src/http/context.ts";
import { dateAt } from "../../src/http/rest/reads/parameters.ts";
import { createExecutor } from "../../src/operations/executor.ts";
import { makeTenant } from "../rest/clinic-world.ts";
import { restApp } from "../rest/rest-app.ts";

const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 4 });
const executor = createExecutor({ pool });
afterAll(async () => {
  await executor.close();
  await pool.close();
});
const world = await makeTenant(executor, "demo");
const foreign = await makeTenant(executor, "other");
const ask = restApp({ pool, executor, now: () => Date.now() });
const { staff, administrator } = world;

interface Page {
  readonly items: readonly Message[];
  readonly earlier?: number;
  readonly next?: string;
}

let keys = 0;
async function write(who: Authenticated, path: string, body: object = {}): Promise<EntityId> {
  const { status, json } = await ask<{ id: EntityId }>(who, "POST", path, {
    key: `chat-test-${(keys += 1)}`,
    body,
  });
  expect([path, status < 300]).toEqual([path, true]);
  return json.id;
}
const search = (who: Authenticated, body: object) => ask<Page>(who, "POST", "/v1/messages/search", { body });

let conversation: EntityId;
beforeAll(async () => {
  const start = `${addDays(dateAt(Date.now()), 3)}T09:00+03:00`;
  conversation = await write(staff, "/v1/appointments", {
    doctor: world.doctor,
    patient: world.patient,
    start,
  });
  for (let at = 1; at <= 12; at++)
    await write(staff, `/v1/conversations/${conversation}/messages`, { text: `line ${at} of 100 % _ fever` });
});

describe("over REST", () => {
  test("a message is written with a key, and its outcome says its number", async () => {
    const path = `/v1/conversations/${conversation}/messages`;
    const asking = { key: "one-message-once", body: { text: "once" } };
    const first = await ask<{ output: { number: number } }>(staff, "POST", path, asking);
    const again = await ask(staff, "POST", path, asking);
    expect(first.json.output.number).toBe(13);
    expect(again.text).toBe(first.text);
  });

  test("messages are read backwards, page by page, to the first", async () => {
    const numbers: number[] = [];
    let before = "";
    for (;;) {
      const path = `/v1/conversations/${conversation}/messages?limit=5${before}`;
      const { json } = await ask<Page>(staff, "GET", path);
      numbers.push(...json.items.map(({ number }) => number));
      if (json.earlier === undefined) break;
      before = `&before=${json.earlier}`;
    }
    expect(numbers).toEqual(numbers.map((_, at) => numbers.length - at));
    expect(numbers.at(-1)).toBe(1);
  });

  test("a conversation says how many messages it has", async () => {
    const { json } = await ask<{ lines: number }>(staff, "GET", `/v1/conversations/${conversation}`);
    expect(json).toMatchObject({ id: conversation, patient: world.patient });
    expect(json.lines).toBeGreaterThanOrEqual(12);
    const list = await ask<{ items: readonly { id: string }[] }>(staff, "GET", "/v1/conversations?open=true");
    expect(list.json.items.map(({ id }) => id)).toEqual([conversation]);
  });

  test("what was written is searched by a text in the body, in which no character is a wildcard", async () => {
    const found = await search(staff, { text: "LINE 3 OF" });
    expect(found.json.items.map(({ text }) => text)).toEqual(["line 3 of 100 % _ fever"]);
    expect((await search(staff, { text: "100 % _" })).json.items).toHaveLength(12);
    expect((await search(staff, { text: "1_0" })).json.items).toEqual([]);
    expect((await search(staff, { text: "%e 3" })).json.items).toEqual([]);
    expect((await search(staff, { text: "!%" })).json.items).toEqual([]);
  });

  test("what was withdrawn is found no more", async () => {
    const id = await write(staff, `/v1/conversations/${conversation}/messages`, { text: "a wrong word" });
    await ask(staff, "DELETE", `/v1/messages/${id}`, { key: "withdraw-it-now" });
    expect((await search(staff, { text: "wrong word" })).json.items).toEqual([]);
  });

  test("others find nothing: another tenant's people, strangers, and administrators", async () => {
    const strangers = [foreign.staff, foreign.administrator, { ...staff, clinics: [] }, administrator];
    for (const who of strangers) {
      for (const path of ["", "/messages"])
        expect((await ask(who, "GET", `/v1/conversations/${conversation}${path}`)).status).toBe(404);
      expect((await ask<Page>(who, "GET", "/v1/conversations")).json.items).toEqual([]);
      expect((await search(who, { text: "fever" })).json.items).toEqual([]);
    }
  });

  test("a doctor's line names her, in pages and in what is found", async () => {
    await write(world.doctorAccount, `/v1/conversations/${conversation}/messages`, {
      text: "Two spoons of ORS",
    });
    const { json } = await ask<Page>(staff, "GET", `/v1/conversations/${conversation}/messages?limit=1`);
    expect(json.items).toMatchObject([{ by: "doctor", doctor: world.doctor }]);
    expect((await search(staff, { text: "spoons" })).json.items).toMatchObject([{ doctor: world.doctor }]);
  });

  test("a search that is too short or has a field of its own is refused with the path", async () => {
    expect((await search(staff, { text: "x" })).json).toMatchObject({ code: "malformed", path: "text" });
    // The end of a page of something else: names, or numbers of two kinds.
    for (const after of [conversation, `1:2:${conversation}`])
      expect((await search(staff, { text: "fever", after })).json).toMatchObject({
        code: "malformed",
        path: "after",
      });
    expect((await search(staff, { text: "fever", tenant: "other" })).json).toMatchObject({
      code: "unknown_field",
      path: "tenant",
    });
  });
});
