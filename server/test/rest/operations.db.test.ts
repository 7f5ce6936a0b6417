import { createHash } from "node:crypto";
import { addDays, type Appointment, canonicalText, type ProblemDetails } from "@healthbridge/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";
import { dateAt } from "../../src/http/rest/reads/parameters.ts";
import { createExecutor } from "../../src/operations/executor.ts";
import type { Authenticated } from "../../src/http/context.ts";
import { makeTenant, type TenantWorld } from "./clinic-world.ts";
import { type Answered, restApp } from "./rest-app.ts";

interface Applied {
  readonly id: string;
  readonly outcome: "applied";
  readonly output?: unknown;
}

const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 6 });
const executor = createExecutor({ pool });
const now = () => Date.now();
const ask = restApp({ pool, executor, now });
let here: TenantWorld;
let there: TenantWorld;
let keys = 0;

beforeAll(async () => {
  here = await makeTenant(executor, "demo");
  there = await makeTenant(executor, "other");
});
afterAll(async () => {
  await executor.close();
  await pool.close();
});

function freshKey(): string {
  keys += 1;
  return `key-of-test-${String(keys)}`;
}

/** A start some days ahead that nothing else in this file books. */
function start(day: number, time = "09:00"): string {
  return `${addDays(dateAt(now()), day)}T${time}+03:00`;
}

function booking(when: string, world = here): object {
  return { doctor: world.doctor, patient: world.patient, start: when };
}

async function book(who: Authenticated, body: object, key = freshKey()): Promise<Answered<Applied>> {
  return ask<Applied>(who, "POST", "/v1/appointments", { key, body });
}

async function countRows(table: "appointment" | "patient" | "operation"): Promise<number> {
  const [row] = await read(pool, ({ query }) =>
    query<{ count: number }>(`SELECT COUNT(*) AS count FROM ${table}`),
  );
  return row?.count ?? -1;
}

describe("a key", () => {
  test("is required", async () => {
    const answer = await ask(here.staff, "POST", "/v1/appointments", { body: booking(start(3)) });
    expect([answer.status, answer.json.code]).toEqual([400, "key_required"]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  test.each([
    "short",
    "with a space in it",
    "two-keys-1, two-keys-2",
    "k".repeat(201),
    '"unclosed-key',
    "käse-schlüssel",
  ])("is refused as %j", async (key) => {
    const headers = { "idempotency-key": new TextDecoder("latin1").decode(new TextEncoder().encode(key)) };
    const answer = await ask(here.staff, "POST", "/v1/appointments", { headers, body: booking(start(3)) });
    expect([answer.status, answer.json.code, answer.json.path]).toEqual([
      400,
      "malformed",
      "Idempotency-Key",
    ]);
  });

  test("names a stream that nobody works out who knows account and key", async () => {
    const key = freshKey();
    const { json } = await book(here.staff, booking(start(3, "13:40")), key);
    const { tenant, account } = here.staff;
    const guess = createHash("sha256")
      .update(canonicalText([tenant, account, key]))
      .digest("base64url");
    expect(json.id).not.toContain(guess.slice(0, 16));
  });

  test("sent twice gets the first answer byte for byte, and one effect", async () => {
    const key = freshKey();
    const first = await book(here.staff, booking(start(3, "10:00")), key);
    const before = await countRows("appointment");
    expect([first.status, first.json.outcome]).toEqual([201, "applied"]);
    expect(first.headers.get("location")).toBe(`/v1/appointments/${first.json.id}`);
    for (const form of [key, `"${key}"`]) {
      const again = await book(here.staff, booking(start(3, "10:00")), form);
      expect([again.status, again.text, again.headers.get("location")]).toEqual([
        201,
        first.text,
        first.headers.get("location"),
      ]);
    }
    expect(await countRows("appointment")).toBe(before);
  });

  test("keeps the first answer although the thing changed since", async () => {
    const key = freshKey();
    const first = await book(here.staff, booking(start(3, "11:00")), key);
    const path = `/v1/appointments/${first.json.id}`;
    expect((await ask(here.staff, "POST", `${path}/cancel`, { key: freshKey() })).status).toBe(200);
    expect((await book(here.staff, booking(start(3, "11:00")), key)).text).toBe(first.text);
    expect((await ask<Appointment>(here.staff, "GET", path)).json.status).toBe("cancelled");
  });

  test("keeps an output, and a rejection with its reasons and alternatives", async () => {
    await book(here.staff, booking(start(4, "09:00")));
    const wish = { ...booking(start(4, "09:00")), patient: here.ownPatient, ifTaken: [{ wish: "sameDay" }] };
    const moved = freshKey();
    const first = await book(here.patientAccount, wish, moved);
    expect([first.status, first.json.output]).toEqual([201, expect.objectContaining({ wish: 1 })]);
    expect((await book(here.patientAccount, wish, moved)).text).toBe(first.text);

    const clash = { ...booking(start(4, "09:00")), patient: here.ownPatient };
    const refused = freshKey();
    const no = await ask(here.patientAccount, "POST", "/v1/appointments", { key: refused, body: clash });
    expect([no.status, no.json.code, no.json.path]).toEqual([409, "slot_taken", "input.start"]);
    expect(no.json.alternatives?.length).toBeGreaterThan(0);
    expect(no.headers.get("content-type")).toBe("application/problem+json");
    await ask(here.staff, "POST", "/v1/patients", {
      key: freshKey(),
      body: { name: "Somebody else", clinic: here.clinic },
    });
    const again = await ask(here.patientAccount, "POST", "/v1/appointments", { key: refused, body: clash });
    expect([again.status, again.text]).toEqual([no.status, no.text]);
  });

  test("with other content, or on another route, is refused and nothing happens", async () => {
    const key = freshKey();
    const first = await book(here.staff, booking(start(5, "09:00")), key);
    const before = [await countRows("appointment"), await countRows("operation")];
    const other = await ask(here.staff, "POST", "/v1/appointments", {
      key,
      body: booking(start(5, "09:20")),
    });
    expect([other.status, other.json.code]).toEqual([422, "key_reused"]);
    const elsewhere = await ask(here.staff, "POST", `/v1/appointments/${first.json.id}/cancel`, { key });
    expect([elsewhere.status, elsewhere.json.code]).toEqual([422, "key_reused"]);
    expect([await countRows("appointment"), await countRows("operation")]).toEqual(before);
    expect((await book(here.staff, booking(start(5, "09:00")), key)).text).toBe(first.text);
  });

  test("the same content with its fields in another order is the same content", async () => {
    const key = freshKey();
    const { doctor, patient } = here;
    const first = await book(here.staff, { doctor, patient, start: start(5, "10:00") }, key);
    expect((await book(here.staff, { start: start(5, "10:00"), patient, doctor }, key)).text).toBe(
      first.text,
    );
  });

  test("sent many times at once has one effect and one answer", async () => {
    const key = freshKey();
    const before = await countRows("patient");
    const body = { name: "At once", clinic: here.clinic };
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => ask<Applied>(here.staff, "POST", "/v1/patients", { key, body })),
    );
    expect(new Set(answers.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(await countRows("patient")).toBe(before + 1);
  });

  test("of another account, or of another tenant, is another key", async () => {
    const key = freshKey();
    const body = { name: "Same key" };
    const answers = [
      await ask<Applied>(here.patientAccount, "POST", "/v1/patients", { key, body }),
      await ask<Applied>(here.stranger, "POST", "/v1/patients", { key, body }),
      await ask<Applied>(there.patientAccount, "POST", "/v1/patients", {
        key,
        body: { name: "Other content" },
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(3);
  });

  test("of a request the server could not decide is not remembered", async () => {
    const key = freshKey();
    const closed = createExecutor({ pool });
    await closed.close();
    const body = { name: "Later" };
    const refused = await restApp({ pool, executor: closed, now })(here.stranger, "POST", "/v1/patients", {
      key,
      body,
    });
    expect([refused.status, refused.json.code]).toEqual([503, "unavailable"]);
    expect((await ask(here.stranger, "POST", "/v1/patients", { key, body })).status).toBe(201);
  });
});

describe("the answer in words", () => {
  const SWAHILI = { "accept-language": "luo, sw-KE;q=0.8, en;q=0.5" };

  interface Said extends Applied {
    readonly message?: string;
  }

  function say(path: string, body: object | undefined, headers: Record<string, string>, key = freshKey()) {
    return ask<Said>(here.staff, "POST", `/v1/appointments${path}`, {
      key,
      headers,
      ...(body === undefined ? {} : { body }),
    });
  }

  test("is there for whoever says in which language, and nobody else", async () => {
    const key = freshKey();
    const body = booking(start(8, "09:00"));
    const first = await say("", body, SWAHILI, key);
    expect(first.json.message).toMatch(/^Umepata miadi: [A-Z][a-z]+ \d+ [A-Z][a-z]+, 09:00\.$/);
    expect((await say("", body, SWAHILI, key)).text).toBe(first.text);
    const { message: _said, ...rest } = first.json;
    expect((await say("", body, {}, key)).json).toEqual(rest);
    expect((await say("", body, { "accept-language": "*" }, key)).json).toEqual(rest);
    const patient = await ask(here.staff, "POST", "/v1/patients", {
      key: freshKey(),
      headers: SWAHILI,
      body: { name: "Not told", clinic: here.clinic },
    });
    expect(patient.json).not.toHaveProperty("message");
  });

  test("names the time on the clinic's wall, however it was asked for", async () => {
    const first = await say("", booking(`${addDays(dateAt(now()), 7)}T22:20Z`), { "accept-language": "en" });
    expect(first.json.message).toMatch(/, 01:20\.$/);
    const held = await say("/hold", booking(start(8, "10:00")), { "accept-language": "fr" });
    expect(held.json.message).toMatch(/^Kept for you, please confirm soon: .*, 10:00\.$/);
    const confirmed = await say(`/${held.json.id}/confirm`, undefined, { "accept-language": "en" });
    expect(confirmed.json.message).toBe("Confirmed.");
    const moved = await say(
      `/${held.json.id}/reschedule`,
      { start: start(8, "11:00") },
      { "accept-language": "sw;q=0, en, hi;q=0.5" },
    );
    expect(moved.json.message).toMatch(/^Moved: .*, 11:00\.$/);
    const cancelled = await say(`/${held.json.id}/cancel`, {}, { "accept-language": "hi" });
    expect(cancelled.json.message).toBe("अपॉइंटमेंट रद्द हुई।");
  });

  test("says why not, with what could be had", async () => {
    const when = start(8, "12:00");
    await book(here.staff, booking(when));
    const key = freshKey();
    const body = { ...booking(when), patient: here.ownPatient };
    const asking = { key, body, headers: { "accept-language": "en" } };
    const path = "/v1/appointments";
    const no = await ask<ProblemDetails & Said>(here.patientAccount, "POST", path, asking);
    expect([no.status, no.json.code]).toEqual([409, "slot_taken"]);
    expect(no.json.message).toMatch(
      /^Not booked: the time is taken\. Free: [A-Z][a-z]+ \d+ [A-Z][a-z]+ \d\d:\d\d, \d\d:\d\d, \d\d:\d\d\.$/,
    );
    expect((await ask(here.patientAccount, "POST", path, asking)).text).toBe(no.text);
  });
});

describe("what a request may say", () => {
  test.each(["tenant_id", "status", "id", "role", "account", "created_ms", "constructor"])(
    "refuses the field %s that no schema names",
    async (field) => {
      const body: object = JSON.parse(`{"name":"Assigned","clinic":"${here.clinic}","${field}":"x"}`);
      const answer = await ask(here.staff, "POST", "/v1/patients", { key: freshKey(), body });
      expect([answer.status, answer.json.code, answer.json.path]).toEqual([
        400,
        "unknown_field",
        `input.${field}`,
      ]);
    },
  );

  test("does not let the body say again what the path says", async () => {
    const body = { patient: here.patient, phone: "+254700000009" };
    const answer = await ask(here.stranger, "PATCH", `/v1/patients/${here.patient}`, {
      key: freshKey(),
      body,
    });
    expect([answer.status, answer.json.code, answer.json.path]).toEqual([
      400,
      "unknown_field",
      "input.patient",
    ]);
  });

  test.each([[[]], ["text"], [null], [7]])("refuses a body that is %j", async (body) => {
    const answer = await ask(here.staff, "POST", "/v1/patients", { key: freshKey(), body });
    expect([answer.status, answer.json.code]).toEqual([400, "malformed"]);
  });

  test("names every field at fault", async () => {
    const answer = await ask(here.staff, "POST", "/v1/appointments", {
      key: freshKey(),
      body: { doctor: 7, start: "soon" },
    });
    expect(new Set(answer.json.reasons?.map(({ path }) => path))).toEqual(
      new Set(["input.doctor", "input.patient", "input.start"]),
    );
  });

  test("keeps roles apart", async () => {
    const answers = await Promise.all([
      ask(here.staff, "POST", "/v1/clinics", {
        key: freshKey(),
        body: { name: "Mine", zone: "Africa/Nairobi" },
      }),
      ask(here.patientAccount, "PUT", `/v1/accounts/${here.stranger.account}/status`, {
        key: freshKey(),
        body: { status: "disabled" },
      }),
    ]);
    expect(answers.map(({ status, json }) => [status, json.code])).toEqual([
      [403, "forbidden"],
      [403, "forbidden"],
    ]);
  });
});

describe("what may be read", () => {
  let appointment: string;
  let foreign: string;
  beforeAll(async () => {
    appointment = (await book(here.staff, booking(start(6, "09:00")))).json.id;
    foreign = (await book(there.staff, booking(start(6, "09:00"), there))).json.id;
  });

  test("by each side of an appointment, and by nobody else", async () => {
    const path = `/v1/appointments/${appointment}`;
    for (const who of [here.staff, here.doctorAccount, here.administrator]) {
      expect((await ask(who, "GET", path)).status).toBe(200);
    }
    for (const who of [
      here.otherStaff,
      here.patientAccount,
      here.stranger,
      there.administrator,
      there.staff,
    ]) {
      expect((await ask(who, "GET", path)).status).toBe(404);
    }
  });

  test("an id of another tenant, of somebody else and of nothing look the same, on every route", async () => {
    const nobody = "nothing_has_this.1";
    const paths = (id: string, of: TenantWorld) =>
      [
        [
          `/v1/appointments/${id}`,
          `/v1/appointments/${nobody}`,
          of === here ? here.stranger : here.administrator,
        ],
        [
          `/v1/patients/${of.patient}`,
          `/v1/patients/${nobody}`,
          of === here ? here.otherStaff : here.administrator,
        ],
        [`/v1/operations/${id}`, `/v1/operations/${nobody}`, here.doctorAccount],
      ] as const;
    const others = [
      [`/v1/doctors/${there.doctor}`, `/v1/doctors/${nobody}`, here.administrator],
      [`/v1/doctors/${there.doctor}/sheets`, `/v1/doctors/${nobody}/sheets`, here.administrator],
      [`/v1/clinics/${there.clinic}`, `/v1/clinics/${nobody}`, here.administrator],
    ] as const;
    for (const [path, absentPath, who] of [
      ...paths(appointment, here),
      ...paths(foreign, there),
      ...others,
    ]) {
      const [hidden, absent] = [await ask(who, "GET", path), await ask(who, "GET", absentPath)];
      expect([path, hidden.status, hidden.text]).toEqual([path, 404, absent.text]);
      expect([...hidden.headers]).toEqual([...absent.headers]);
    }
  });

  test("what may not be read may not be changed, and says no more", async () => {
    const nobody = "nothing_has_this.1";
    const tries = [
      [here.stranger, "POST", `/v1/appointments/${appointment}/cancel`, `/v1/appointments/${nobody}/cancel`],
      [
        there.administrator,
        "POST",
        `/v1/appointments/${appointment}/cancel`,
        `/v1/appointments/${nobody}/cancel`,
      ],
      [here.otherStaff, "PATCH", `/v1/patients/${here.patient}`, `/v1/patients/${nobody}`],
      [there.administrator, "PATCH", `/v1/doctors/${here.doctor}`, `/v1/doctors/${nobody}`],
      [there.administrator, "DELETE", `/v1/devices/${here.staff.device}`, `/v1/devices/${nobody}`],
    ] as const;
    for (const [who, method, path, absentPath] of tries) {
      const hidden = await ask(who, method, path, { key: freshKey() });
      const absent = await ask(who, method, absentPath, { key: freshKey() });
      expect([path, hidden.status, hidden.text]).toEqual([path, 404, absent.text]);
    }
    expect((await ask<Appointment>(here.staff, "GET", `/v1/appointments/${appointment}`)).json.status).toBe(
      "booked",
    );
  });

  test("lists hold exactly what single reads show", async () => {
    for (const who of [
      here.staff,
      here.otherStaff,
      here.doctorAccount,
      here.patientAccount,
      here.stranger,
      here.administrator,
      there.staff,
    ]) {
      for (const kind of ["appointments", "patients"] as const) {
        const { json } = await ask<{ items: { id: string }[] }>(who, "GET", `/v1/${kind}?limit=100`);
        const listed = new Set(json.items.map(({ id }) => id));
        const table = kind === "patients" ? "patient" : "appointment";
        const all = await read(pool, ({ query }) => query<{ id: string }>(`SELECT id FROM ${table}`));
        for (const { id } of all) {
          const { status } = await ask(who, "GET", `/v1/${kind}/${id}`);
          expect([kind, id, status === 200]).toEqual([kind, id, listed.has(id)]);
        }
      }
    }
  });

  test("appointments are filtered by day, state, doctor and patient, page after page", async () => {
    const day = start(6).slice(0, 10);
    const found = await ask<{ items: Appointment[] }>(
      here.staff,
      "GET",
      `/v1/appointments?from=${day}&to=${day}&status=booked,arrived&doctor=${here.doctor}&patient=${here.patient}`,
    );
    expect(found.json.items.map(({ id }) => id)).toEqual([appointment]);
    const all = await ask<{ items: Appointment[] }>(here.administrator, "GET", "/v1/appointments?limit=100");
    const paged: Appointment[] = [];
    for (let after = ""; ;) {
      const { json } = await ask<{ items: Appointment[]; next?: string }>(
        here.administrator,
        "GET",
        `/v1/appointments?limit=2${after}`,
      );
      paged.push(...json.items);
      if (json.next === undefined) break;
      after = `&after=${json.next}`;
    }
    expect(paged).toEqual(all.json.items);
    const none = await ask<{ items: Appointment[] }>(
      here.staff,
      "GET",
      `/v1/appointments?doctor=${there.doctor}`,
    );
    expect(none.json.items).toEqual([]);
    const bad = await ask(here.staff, "GET", "/v1/appointments?status=booked,dreamt");
    expect([bad.status, bad.json.path]).toEqual([400, "query.status"]);
  });

  test("one's own account without any secret, and the outcomes of one's own operations", async () => {
    const me = await ask(here.doctorAccount, "GET", "/v1/accounts/me");
    expect(JSON.parse(me.text)).toEqual({
      id: here.doctorAccount.account,
      login: "doctor",
      name: "doctor",
      role: "doctor",
      clinics: [here.clinic],
      doctor: here.doctor,
      status: "active",
    });
    const mine = await ask<{ type: string; outcome: string }>(
      here.staff,
      "GET",
      `/v1/operations/${appointment}`,
    );
    expect(mine.json).toMatchObject({ id: appointment, type: "appointment.book", outcome: "applied" });
    const key = freshKey();
    const refused = await ask(here.staff, "POST", "/v1/clinics", {
      key,
      body: { name: "No", zone: "Africa/Nairobi" },
    });
    expect(refused.json.code).toBe("forbidden");
  });

  test("nobody who did not sign in", async () => {
    const nobody = await ask({ ...here.staff }, "GET", "/v1/accounts/me", {
      headers: { authorization: "x" },
    });
    expect([nobody.status, (nobody.json satisfies ProblemDetails).code]).toEqual([401, "not_signed_in"]);
  });
});
