import { type EntityId, operationId } from "@healthbridge/schema";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { newStream, openWorld, type Person, startIn, verdict } from "../../../tests/setup/world.ts";
import { read } from "../../src/database/read.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import type { Job } from "../../src/jobs/job.ts";
import { CLAIM_MS, claimDue } from "../../src/notices/claim.ts";
import { MOST_IN_AN_HOUR } from "../../src/notices/judge-urgent.ts";
import type { NoticePlan } from "../../src/notices/plan.ts";
import { sendNoticesJob, type SendParts } from "../../src/notices/send-notices.ts";
import { keepingCarrier, PLAN, sendParts } from "./support.ts";

const MINUTE = 60_000;
const PHONE = "+254711000001";
const EMAIL = "oncall@clinics.example";
const onCall = { list: [PHONE, EMAIL], minutes: 10 };
/** Patients are told of nothing. */
const alone: NoticePlan = { ...PLAN, channels: [], onCall };

const database = await freshDatabase();
const clock = { now: Date.now() };
const telling = (plan: NoticePlan) => ({ notices: { plan, onDue: () => undefined } });
/** Two processes on one database, whose clock the test moves. */
const world = await openWorld(database.url, telling(alone), undefined, clock);
const second = await openWorld(database.url, telling(alone), undefined, clock);
const doctor = await world.person("doctor", { doctor: world.doctor });
const { staff } = world;
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const rows = <Row extends object>(sql: string): Promise<readonly Row[]> =>
  read(world.pool, (reader) => reader.query<Row>(sql));
const run = (job: Job) => job.run(new AbortController().signal);
const outcomes = () => rows("SELECT status, why FROM notice ORDER BY recipient");
const after = (minutes: number): void => {
  clock.now += minutes * MINUTE;
};

let booked = 0;

/** A new appointment, in which people write. */
async function conversation(executing = world): Promise<EntityId> {
  const [patient = ""] = await executing.asSystem([
    { type: "patient.register", input: { name: "Wanjiru", clinic: executing.clinic, notices: "off" } },
  ]);
  booked += 1;
  const time = `${String(8 + Math.floor((booked % 24) / 3)).padStart(2, "0")}:${["00", "20", "40"][booked % 3]}`;
  const start = startIn(5 + Math.floor(booked / 24), time);
  const booking = { doctor: executing.doctor, patient, start };
  const [appointment = ""] = await executing.asSystem([{ type: "appointment.book", input: booking }]);
  return appointment;
}

/** Asks as a person, in a stream of its own; answers the id of what it made. */
async function ask(who: Person, type: string, input: object, executing = world): Promise<EntityId> {
  const stream = newStream();
  const settled = await executing.submit(who, 1, [{ type, input }], { stream });
  expect(settled.outcomes.map(verdict)).toEqual(["applied"]);
  return operationId(stream, 1);
}

const say = (who: Person, about: EntityId, more: object = { urgent: true }) =>
  ask(who, "message.send", { conversation: about, text: "canary: she bleeds", ...more });

/** A telephone and a mailbox, and who sends by them. */
function sender(parts: Partial<SendParts> = {}) {
  const sms = keepingCarrier();
  const email = keepingCarrier(undefined, "email");
  const letters = () => [...sms.letters, ...email.letters];
  const job = sendNoticesJob(sendParts({ pool: world.pool, carriers: [], onCall: [sms, email], ...parts }));
  return { sms, email, letters, job };
}

beforeEach(() => inTransaction(world.pool, (tx) => tx.write("DELETE FROM notice")));

describe("an urgent message that has reached nobody", () => {
  test("is told of to each of the on-call list, once, when its time is over", async () => {
    const about = await conversation();
    await say(staff, about);
    const { job, sms, email, letters } = sender();
    after(9.9);
    expect(await run(job)).toMatchObject({ sent: 0, dropped: 0 });
    after(0.1);
    expect(await run(job)).toMatchObject({ sent: 2, dropped: 0 });
    expect(sms.letters).toMatchObject([{ kind: "urgent", to: { phone: PHONE }, appointment: about }]);
    expect(email.letters).toMatchObject([{ kind: "urgent", to: { email: EMAIL, phone: undefined } }]);
    after(60);
    expect(await run(job)).toMatchObject({ sent: 0, dropped: 0 });
    expect(new Set(letters().map(({ text }) => text))).toEqual(
      new Set(["An urgent message has waited 10 minutes. Open HealthBridge."]),
    );
  });

  test("of a doctor has to reach the patient's side: her own devices are not it", async () => {
    const about = await conversation();
    await say(doctor, about);
    await ask(doctor, "conversation.markRead", { conversation: about, through: 1 });
    after(10);
    expect(await run(sender().job)).toMatchObject({ sent: 2 });
  });

  test("of a doctor has to reach the patient's side: another doctor who works at the clinic and reads along is not it", async () => {
    const about = await conversation();
    const [other = ""] = await world.asSystem([
      {
        type: "doctor.register",
        input: {
          name: "Dr Mwikali",
          clinic: world.clinic,
          specialities: ["general-practice"],
          languages: ["sw"],
        },
      },
    ]);
    const along = await world.person("doctor", { doctor: other, clinics: [world.clinic] });
    await say(doctor, about);
    await ask(along, "conversation.markDelivered", { conversation: about, through: 1 });
    await ask(along, "conversation.markRead", { conversation: about, through: 1 });
    after(10);
    expect(await run(sender().job)).toMatchObject({ sent: 2, dropped: 0 });
  });

  test("is one of its own beside those that have", async () => {
    const about = await conversation();
    await say(staff, about);
    await ask(doctor, "conversation.markDelivered", { conversation: about, through: 1 });
    await say(staff, about);
    after(10);
    expect(await run(sender().job)).toMatchObject({ sent: 2, dropped: 2 });
  });

  test("is told of at night as well, and to who is on call whatever the patient wishes", async () => {
    const about = await conversation();
    const night = Date.parse(startIn(2, "23:30"));
    clock.now = Math.max(clock.now, night);
    await say(staff, about);
    after(10);
    expect(await run(sender({ quiet: { from: 0, to: 24 * 60 } }).job)).toMatchObject({ sent: 2, later: 0 });
  });

  test("is told of with the clinic and the doctor who answers now, where names are allowed, never with the patient", async () => {
    const about = await conversation();
    await say(staff, about);
    const [voi = ""] = await world.asSystem([
      { type: "clinic.register", input: { name: "Voi", zone: "Africa/Nairobi", lat: -3.4, lng: 38.6 } },
    ]);
    const [other = ""] = await world.asSystem([
      {
        type: "doctor.register",
        input: { name: "Dr Mwikali", clinic: voi, specialities: ["general-practice"], languages: ["sw"] },
      },
    ]);
    await ask(doctor, "conversation.markDelivered", { conversation: about, through: 1 });
    await ask(doctor, "conversation.handOver", { conversation: about, doctor: other });
    after(10);
    const names = new Set(["patient", "doctor", "clinic"] as const);
    const { job, sms } = sender({ style: { language: "en", names } });
    expect(await run(job)).toMatchObject({ sent: 2 });
    expect(sms.letters.map(({ text }) => text)).toEqual([
      "An urgent message has waited 10 minutes. Clinic: Voi. Doctor: Dr Mwikali. Open HealthBridge.",
    ]);
  });

  test("goes on waiting when its appointment is moved", async () => {
    const both = await openWorld(database.url, telling({ ...PLAN, onCall }), undefined, clock);
    const about = await conversation(both);
    await ask(both.staff, "message.send", { conversation: about, text: "!", urgent: true }, both);
    const start = startIn(30, "09:00");
    await both.asSystem([{ type: "appointment.reschedule", input: { appointment: about, start } }]);
    const waiting = await rows<{ kind: string }>("SELECT kind FROM notice WHERE status = 'waiting'");
    expect(waiting.filter(({ kind }) => kind === "urgent")).toHaveLength(2);
    expect(waiting.filter(({ kind }) => kind === "change")).toHaveLength(1);
    await both[Symbol.asyncDispose]();
  });

  test("is tried again where a gateway is busy, unless it has reached somebody meanwhile", async () => {
    const about = await conversation();
    await say(staff, about);
    after(10);
    const busy = keepingCarrier(() => ({ status: "later", why: "http_503" }));
    const { job } = sender({ onCall: [busy] });
    expect(await run(job)).toMatchObject({ later: 1, dropped: 1 });
    await ask(doctor, "conversation.markDelivered", { conversation: about, through: 1 });
    after(1);
    expect(await run(job)).toMatchObject({ later: 0, dropped: 1 });
    expect(busy.letters).toHaveLength(1);
  });

  test("is told of by a call where no SMS goes, and to nobody where nothing reaches her", async () => {
    await say(staff, await conversation());
    after(10);
    const refusing = keepingCarrier(() => ({ status: "refused", why: "http_400" }));
    const voice = keepingCarrier(undefined, "voice");
    expect(await run(sender({ onCall: [refusing, voice] }).job)).toMatchObject({ sent: 1, dropped: 1 });
    expect(voice.letters).toMatchObject([{ to: { phone: PHONE } }]);
    expect(await outcomes()).toEqual([
      { status: "sent", why: null },
      { status: "dropped", why: "unreachable" },
    ]);
  });
});

describe("nobody is told", () => {
  test.each([
    { of: "has reached a device", type: "conversation.markDelivered", why: "delivered" },
    { of: "was read", type: "conversation.markRead", why: "delivered" },
    { of: "waits in a conversation that is closed", type: "conversation.close", why: "closed" },
  ])("of what $of", async ({ type, why }) => {
    const about = await conversation();
    await say(staff, about);
    await ask(doctor, type, { conversation: about, ...(type !== "conversation.close" && { through: 1 }) });
    after(10);
    const { job, letters } = sender();
    expect(await run(job)).toMatchObject({ sent: 0, dropped: 2 });
    expect(letters()).toEqual([]);
    expect(await outcomes()).toEqual([PHONE, EMAIL].map(() => ({ status: "dropped", why })));
  });

  test("of what was withdrawn", async () => {
    const message = await say(staff, await conversation());
    await ask(staff, "message.retract", { message });
    after(10);
    const { job, letters } = sender();
    expect(await run(job)).toMatchObject({ sent: 0, dropped: 2 });
    expect(letters()).toEqual([]);
    expect(await outcomes()).toContainEqual({ status: "dropped", why: "withdrawn" });
  });

  test("of what is not urgent, was refused, or was withdrawn in the same batch", async () => {
    const about = await conversation();
    await say(staff, about, {});
    const stranger = await world.person("patient");
    const send = { type: "message.send", input: { conversation: about, text: "let me in", urgent: true } };
    const refused = await world.submit(stranger, 1, [send]);
    expect(refused.outcomes.map(verdict)).toEqual(["not_found"]);
    const stream = newStream();
    const retract = { type: "message.retract", input: { message: operationId(stream, 1) } };
    await world.submit(staff, 1, [send, retract], { stream });
    expect(await rows("SELECT id FROM notice")).toEqual([]);
  });

  test("where nobody is on call: nothing is written", async () => {
    const deaf = await openWorld(database.url, telling(PLAN), undefined, clock);
    const about = await conversation(deaf);
    await ask(deaf.staff, "message.send", { conversation: about, text: "!", urgent: true }, deaf);
    expect(await rows("SELECT id FROM notice WHERE kind = 'urgent'")).toEqual([]);
    await deaf[Symbol.asyncDispose]();
  });

  test("without end of one conversation: a phone that rings twenty times in an hour rings no more", async () => {
    const about = await conversation();
    const send = { type: "message.send", input: { conversation: about, text: "!", urgent: true } };
    const flood = Array.from({ length: 3 * MOST_IN_AN_HOUR }, () => send);
    await world.submit(await world.person("staff", { clinics: [world.clinic] }), 1, flood);
    after(10);
    const { job, sms } = sender();
    await run(job);
    // What is claimed together is looked at together: a few more can slip through.
    expect(sms.letters.length).toBeGreaterThanOrEqual(MOST_IN_AN_HOUR);
    expect(sms.letters.length).toBeLessThan(MOST_IN_AN_HOUR + 10);
    expect(await outcomes()).toContainEqual({ status: "dropped", why: "too_many" });
    after(61);
    await say(staff, about);
    after(10);
    const before = sms.letters.length;
    await run(job);
    expect(sms.letters).toHaveLength(before + 1);
  });
});

describe("exactly once", () => {
  const COUNT = 60;

  test("where a message comes again, before it is told of and after, at either process", async () => {
    const send = {
      type: "message.send",
      input: { conversation: await conversation(), text: "!", urgent: true },
    };
    const who = await world.person("staff", { clinics: [world.clinic] });
    await world.submit(who, 1, [send]);
    await second.submit(who, 1, [send]);
    expect(await outcomes()).toHaveLength(2);
    after(10);
    const { job, letters } = sender();
    await run(job);
    await world.submit(who, 1, [send]);
    await second.submit(who, 1, [send]);
    after(10);
    await run(job);
    expect(letters()).toHaveLength(2);
    expect(await outcomes()).toHaveLength(2);
  });

  test("where two processes send", async () => {
    for (let at = 0; at < COUNT; at += 1) await say(staff, await conversation());
    after(10);
    const senders = [sender(), sender({ pool: second.pool })];
    await Promise.all(senders.flatMap(({ job }) => [run(job), run(job)]));
    const keys = senders.flatMap(({ letters }) => letters().map(({ key }) => key));
    expect(keys).toHaveLength(2 * COUNT);
    expect(new Set(keys).size).toBe(2 * COUNT);
    for (const { letters } of senders) expect(letters().length).toBeGreaterThan(0);
  });

  test("as far as a gateway knows keys, where a process dies between sending and noting it", async () => {
    await say(staff, await conversation());
    after(10);
    const dead = await claimDue(world.pool);
    const { job, letters } = sender({ pool: second.pool });
    expect(await run(job)).toMatchObject({ sent: 0 });
    clock.now += CLAIM_MS;
    expect(await run(job)).toMatchObject({ sent: 2 });
    expect(new Set(letters().map(({ key }) => key))).toEqual(new Set(dead.notices.map(({ id }) => id)));
  });
});
