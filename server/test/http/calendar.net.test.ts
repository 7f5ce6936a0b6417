import { addDays } from "@healthbridge/schema";
import { createHash, randomBytes } from "node:crypto";
import * as nodeIcal from "node-ical";
import { beforeAll, describe, expect, test } from "vitest";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { dateAt } from "../../src/http/rest/reads/parameters.ts";
import { runningServer, type Sending } from "./running-server.ts";

const server = await runningServer();
const day = addDays(dateAt(Date.now()), 3);
const REASON = "Canary of a reason, which no calendar shows";
/** Longer than a line, in letters of two octets and of four. */
const MARY = `Mary ${"Wanjikũ 🌍, ".repeat(8)}`.trim();
let keys = 0;

interface Person {
  readonly token: string;
  readonly account: string;
}
interface Secret {
  readonly secret: string;
  readonly link: string;
}

const ids = { clinic: "", doctor: "", patient: "", other: "" };
const people: Record<"admin" | "doctor" | "mary", Person> = {
  admin: { token: "", account: "" },
  doctor: { token: "", account: "" },
  mary: { token: "", account: "" },
};

async function write(token: string, method: string, path: string, sending: Sending = {}) {
  return server.send(method, path, {
    ...sending,
    token,
    headers: { "idempotency-key": `calendar-test-${(keys += 1)}` },
  });
}

async function made(token: string, path: string, json: object): Promise<string> {
  const { status, body, text } = await write(token, "POST", path, { json });
  expect([path, status, status === 201 ? "" : text]).toEqual([path, 201, ""]);
  return body.id;
}

async function signedIn(login: string): Promise<Person> {
  const { accessToken, account } = await server.signIn(login);
  return { token: accessToken, account: account.id };
}

const digestOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

async function share(token: string, json: object): Promise<Secret> {
  const secret = randomBytes(32).toString("base64url");
  return { secret, link: await made(token, "/v1/calendar-links", { digest: digestOf(secret), ...json }) };
}

const calendar = (secret: string, headers: Record<string, string> = {}) =>
  server.send("GET", `/v1/calendar/${secret}.ics`, { headers });

/** What an independent parser reads. */
async function events(secret: string) {
  const { status, text } = await calendar(secret);
  expect(status).toBe(200);
  return Object.values(nodeIcal.sync.parseICS(text)).filter((part) => part?.type === "VEVENT");
}

const book = (token: string, time: string, patient = ids.patient): Promise<string> =>
  made(token, "/v1/appointments", {
    doctor: ids.doctor,
    patient,
    start: `${day}T${time}+03:00`,
    reason: REASON,
  });

beforeAll(async () => {
  await server.open("admin", "administrator");
  people.admin = await signedIn("admin");
  const zone = "Africa/Nairobi";
  ids.clinic = await made(people.admin.token, "/v1/clinics", {
    name: "Kijani, the; clinic \\ on the hill",
    zone,
  });
  ids.doctor = await made(people.admin.token, "/v1/doctors", {
    name: "Dr Achieng",
    clinic: ids.clinic,
    specialities: ["oncology"],
    languages: ["en"],
  });
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
    day: weekday,
    hours: [{ from: "08:00", to: "16:00" }],
  }));
  await write(people.admin.token, "PUT", `/v1/doctors/${ids.doctor}/availability`, {
    json: { zone, slotMinutes: 20, bufferMinutes: 0, weekly },
  });
  await server.open("achieng", "doctor", { doctor: ids.doctor });
  await server.open("mary", "patient");
  people.doctor = await signedIn("achieng");
  people.mary = await signedIn("mary");
  ids.patient = await made(people.mary.token, "/v1/patients", { name: MARY });
  ids.other = await made(people.admin.token, "/v1/patients", {
    name: "Canary of somebody else",
    clinic: ids.clinic,
  });
});

describe("a calendar link", () => {
  test("shows a doctor her appointments, without names and without reasons", async () => {
    await book(people.mary.token, "09:00");
    await book(people.admin.token, "09:20", ids.other);
    const { secret } = await share(people.doctor.token, { of: { doctor: ids.doctor } });
    const found = await events(secret);
    expect(
      found.map(({ summary, start, end }) => [summary, start.toISOString(), end?.toISOString()]),
    ).toEqual([
      ["Appointment", `${day}T06:00:00.000Z`, `${day}T06:20:00.000Z`],
      ["Appointment", `${day}T06:20:00.000Z`, `${day}T06:40:00.000Z`],
    ]);
    expect(found[0]).toMatchObject({
      location: "Kijani, the; clinic \\ on the hill",
      description: "At 09:00 by the clock at the doctor's (Africa/Nairobi, UTC+03:00).",
      status: "CONFIRMED",
      class: "PRIVATE",
    });
    const { text } = await calendar(secret);
    for (const canary of ["Canary", "Mary", "oncology", secret]) expect(text).not.toContain(canary);
  });

  test("shows names where the doctor asked for them, whole, in lines of at most 75 octets", async () => {
    const { secret } = await share(people.doctor.token, { of: { doctor: ids.doctor }, names: true });
    const [first, second] = await events(secret);
    expect(first?.summary).toBe(`Appointment: ${MARY}`);
    expect(second?.summary).toBe("Appointment: Canary of somebody else");
    const { text } = await calendar(secret);
    expect(text.endsWith("END:VCALENDAR\r\n")).toBe(true);
    for (const line of text.split("\r\n")) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      expect(line).not.toContain("\n");
    }
    expect(text).not.toContain(REASON);
  });

  test("shows a patient hers, and who acts for a family all of theirs", async () => {
    const child = await made(people.mary.token, "/v1/patients", { name: "Baraka" });
    await book(people.mary.token, "10:00", child);
    const own = await share(people.mary.token, { of: { patient: ids.patient } });
    const family = await share(people.mary.token, { of: {} });
    expect((await events(own.secret)).map(({ summary }) => summary)).toEqual(["Appointment with Dr Achieng"]);
    expect((await events(family.secret)).map(({ start }) => start.toISOString().slice(11, 16))).toEqual([
      "06:00",
      "07:00",
    ]);
    expect((await calendar(family.secret)).text).not.toContain("Baraka");
  });

  test("keeps an appointment's UID when it moves, with a larger SEQUENCE, and shows that it was cancelled", async () => {
    const appointment = await book(people.mary.token, "11:00");
    const { secret } = await share(people.mary.token, { of: { patient: ids.patient } });
    const uid = `${appointment}@healthbridge`;
    const now = async () => (await events(secret)).find((event) => event.uid === uid);
    const before = await now();
    // LAST-MODIFIED is a second.
    await expect
      .poll(async () => Math.floor(Date.now() / 1_000) > Number(before?.lastmodified?.getTime()) / 1_000)
      .toBe(true);
    await write(people.mary.token, "POST", `/v1/appointments/${appointment}/reschedule`, {
      json: { start: `${day}T11:20+03:00` },
    });
    const moved = await now();
    expect(moved?.start.toISOString()).toBe(`${day}T08:20:00.000Z`);
    expect(Number(moved?.sequence)).toBeGreaterThan(Number(before?.sequence));
    expect(Number(moved?.lastmodified?.getTime())).toBeGreaterThan(Number(before?.lastmodified?.getTime()));
    await write(people.mary.token, "POST", `/v1/appointments/${appointment}/cancel`);
    expect((await now())?.status).toBe("CANCELLED");
  });

  test("with a digest that is somebody's already is refused, and that is no error of the server's", async () => {
    const { secret } = await share(people.mary.token, { of: { patient: ids.patient } });
    const json = { digest: digestOf(secret), of: { doctor: ids.doctor } };
    const again = await write(people.doctor.token, "POST", "/v1/calendar-links", { json });
    expect([again.status, again.body.code]).toEqual([409, "conflict"]);
    const told = server.log.filter((line) => line.includes("overtaken"));
    expect(told).toEqual([expect.stringMatching(/"level":"info".*"code":"conflict"/)]);
    expect(server.log.filter((line) => line.includes("broke the executor"))).toEqual([]);
  });

  test("has a larger SEQUENCE after each of several changes in one second", async () => {
    const appointment = await book(people.mary.token, "13:00");
    const { secret } = await share(people.mary.token, { of: { patient: ids.patient } });
    await using database = await SingleConnection.open(server.databaseUrl);
    const sequences: number[] = [];
    const look = async () => {
      // The second all of this happens in.
      await database.run("UPDATE feed_entry SET changed_at = ? WHERE entity_id = ?", [
        Date.UTC(2026, 10, 24),
        appointment,
      ]);
      const found = (await events(secret)).find(({ uid }) => uid === `${appointment}@healthbridge`);
      sequences.push(Number(found?.sequence));
    };
    await look();
    for (const time of ["13:20", "13:40"]) {
      const json = { start: `${day}T${time}+03:00` };
      await write(people.mary.token, "POST", `/v1/appointments/${appointment}/reschedule`, { json });
      await look();
    }
    await write(people.mary.token, "POST", `/v1/appointments/${appointment}/cancel`);
    await look();
    expect(sequences).toEqual([...new Set(sequences)].toSorted((left, right) => left - right));
    expect(sequences.at(-1)).toBeLessThan(2 ** 31);
  });
});

describe("what travels", () => {
  test("nothing, where nothing changed; everything, as soon as something has", async () => {
    const { secret } = await share(people.doctor.token, { of: { doctor: ids.doctor } });
    const first = await calendar(secret);
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    expect(first.headers.get("referrer-policy")).toBe("no-referrer");
    expect(first.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    const etag = first.headers.get("etag") ?? "";
    const again = await calendar(secret, { "if-none-match": `"other", ${etag}` });
    expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
    await book(people.mary.token, "12:00");
    expect((await calendar(secret, { "if-none-match": etag })).status).toBe(200);
  });

  test("never the secret: not in a log, not in a list, not in a problem", async () => {
    const { secret, link } = await share(people.mary.token, { of: {} });
    await calendar(secret);
    const list = await server.send("GET", "/v1/calendar-links", { token: people.mary.token });
    expect(list.body.items.map(({ id }) => id)).toContain(link);
    const one = await server.send("GET", `/v1/calendar-links/${link}`, { token: people.mary.token });
    expect(one.body).toMatchObject({ id: link, of: {}, names: false, status: "active" });
    await write(people.mary.token, "DELETE", `/v1/calendar-links/${link}`);
    const gone = await calendar(secret);
    const told = [list.text, one.text, gone.text, ...server.log].join("\n");
    expect(told).not.toContain(secret);
    expect(list.text + one.text).not.toContain(digestOf(secret));
    expect(server.log.some((line) => line.includes("/v1/calendar/:file"))).toBe(true);
  });

  test("of others neither lists nor ends anything", async () => {
    const { link, secret } = await share(people.mary.token, { of: {} });
    const read = await server.send("GET", `/v1/calendar-links/${link}`, { token: people.doctor.token });
    const ended = await write(people.doctor.token, "DELETE", `/v1/calendar-links/${link}`);
    expect([read.status, ended.status, (await calendar(secret)).status]).toEqual([404, 404, 200]);
  });
});

describe("a link is over at once", () => {
  test("when it is ended, and answers like one that never was", async () => {
    const { secret, link } = await share(people.mary.token, { of: {} });
    expect((await write(people.mary.token, "DELETE", `/v1/calendar-links/${link}`)).status).toBe(200);
    const ended = await calendar(secret);
    const never = await calendar(randomBytes(32).toString("base64url"));
    const bare = ({ body }: typeof ended) => ({ ...body, correlation: "" });
    expect([ended.status, bare(ended)]).toEqual([404, bare(never)]);
  });

  test("when the device it was made on signs out; another device's stays", async () => {
    const phone = await signedIn("mary");
    const { secret } = await share(phone.token, { of: {} });
    const other = await share(people.mary.token, { of: {} });
    expect((await calendar(secret)).status).toBe(200);
    await server.send("DELETE", "/v1/sessions/current", { token: phone.token });
    expect([(await calendar(secret)).status, (await calendar(other.secret)).status]).toEqual([404, 200]);
  });

  test("when its session has run out, by age or for want of use", async () => {
    await using database = await SingleConnection.open(server.databaseUrl);
    for (const column of ["expires_at", "used_at"]) {
      const { accessToken, device } = await server.signIn("mary");
      const { secret } = await share(accessToken, { of: {} });
      expect((await calendar(secret)).status).toBe(200);
      await database.run(`UPDATE session SET ${column} = 1 WHERE device_id = '${device}'`);
      expect((await calendar(secret)).status).toBe(404);
    }
  });

  test("when the account is disabled, for good", async () => {
    await server.open("jane", "patient");
    const jane = await signedIn("jane");
    const { secret } = await share(jane.token, { of: {} });
    expect(await events(secret)).toEqual([]);
    const set = (status: string) =>
      write(people.admin.token, "PUT", `/v1/accounts/${jane.account}/status`, { json: { status } });
    await set("disabled");
    expect((await calendar(secret)).status).toBe(404);
    await set("active");
    expect((await calendar(secret)).status).toBe(404);
  });
});

test("a link is over when its maker is that doctor no longer", async () => {
  const { secret } = await share(people.doctor.token, { of: { doctor: ids.doctor } });
  await using database = await SingleConnection.open(server.databaseUrl);
  // No operation takes a role away yet.
  await database.run(`UPDATE account SET doctor_id = NULL WHERE id = '${people.doctor.account}'`);
  const { status } = await calendar(secret);
  await database.run(`UPDATE account SET doctor_id = '${ids.doctor}' WHERE id = '${people.doctor.account}'`);
  expect([status, (await calendar(secret)).status]).toEqual([404, 200]);
});

describe("nobody makes a link", () => {
  test.each([
    ["mary", { of: { doctor: "doctor" } }, 404, "input.of.doctor"],
    ["mary", { of: { patient: "other" } }, 404, "input.of.patient"],
    ["doctor", { of: { patient: "patient" } }, 404, "input.of.patient"],
    ["mary", { of: { doctor: "doctor", patient: "patient" } }, 400, "input.of.patient"],
    ["mary", { of: { patient: "patient" }, names: true }, 400, "input.names"],
    ["doctor", { of: {} }, 403, "input.of"],
  ] as const)("as %s %j", async (who, json, status, path) => {
    const of = Object.fromEntries(Object.entries(json.of).map(([kind, name]) => [kind, ids[name]]));
    const answer = await write(people[who].token, "POST", "/v1/calendar-links", {
      json: { ...json, of, digest: digestOf("x") },
    });
    expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ path })]);
  });

  test("with a secret that opens another already", async () => {
    const { secret } = await share(people.mary.token, { of: {} });
    const answer = await write(people.doctor.token, "POST", "/v1/calendar-links", {
      json: { digest: digestOf(secret), of: { doctor: ids.doctor } },
    });
    expect([answer.status, answer.body.code]).toEqual([409, "conflict"]);
  });
});

test("who guesses, or asks all the time, is told to wait", async () => {
  const { secret } = await share(people.mary.token, { of: {} });
  const statuses: number[] = [];
  for (let at = 0; at < 40; at += 1) statuses.push((await calendar(secret)).status);
  expect(statuses.filter((status) => status === 200).length).toBe(30);
  expect(new Set(statuses.slice(30))).toEqual(new Set([429]));
  for (let at = 0; at < 40; at += 1) statuses.push((await calendar(`${at}`)).status);
  expect(statuses.at(-1)).toBe(429);
});
