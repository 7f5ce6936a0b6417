import { type EntityId, type InputOf, operationId } from "@healthbridge/schema";
import { beforeEach, describe, expect, test } from "vitest";
import { newStream } from "../../../tests/setup/world.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { came, doctorWith, HOUR, MINUTE, MONDAY_SEVEN, openSchedule } from "./schedule.ts";

const schedule = await openSchedule();
const { ask, asServer, appointment, staff, family, clock } = schedule;

const DATE = "2027-03-02";
const NINE = `${DATE}T09:00+03:00`;
const FULL = "09:00 b, 09:20 b";
type Rules = InputOf<"doctor.setRules">["rules"];

let doctor: EntityId;
let taken: readonly EntityId[];

/** A doctor whose morning is full. */
async function fullMorning(rules: Rules = {}): Promise<void> {
  clock.now = MONDAY_SEVEN;
  doctor = await doctorWith(schedule, [{ from: "09:00", to: "09:40" }], { rules });
  taken = [await book(NINE), await book(`${DATE}T09:20+03:00`)];
}

async function book(start: string): Promise<EntityId> {
  return (await ask(staff, "appointment.book", { doctor, patient: await schedule.patient(), start })).id;
}

async function wait(more: Partial<InputOf<"appointment.book">> = {}, days?: number): Promise<EntityId> {
  const patient = await schedule.patient();
  const wish = { wish: "waitingList" as const, ...(days !== undefined && { days }) };
  const asked = await ask(staff, "appointment.book", {
    doctor,
    patient,
    start: NINE,
    ifTaken: [wish],
    ...more,
  });
  expect(asked).toMatchObject({
    status: "applied",
    output: { start: NINE, wish: 1, status: "waitlist" },
  });
  clock.now += MINUTE;
  return asked.id;
}

/** So many more who wait as somebody does. */
async function crowd(id: EntityId, count: number): Promise<void> {
  const columns =
    "tenant_id, doctor_id, clinic_id, patient_id, start_at, offset_minutes, minutes, zone, status, urgency, until_at, wants_from, wants_to, wants_since, wants_until";
  const [row = {}] = await schedule.rows<Record<string, string | number>>(
    `SELECT ${columns} FROM appointment WHERE id = ?`,
    [id],
  );
  const stream = newStream();
  const rows = Array.from({ length: count }, (_, at) => [operationId(stream, at + 1), ...Object.values(row)]);
  await inTransaction(schedule.world.pool, (tx) =>
    tx.write(`INSERT INTO appointment (id, ${columns}) VALUES ?`, [rows]),
  );
}

const cancelFirst = () => ask(staff, "appointment.cancel", { appointment: taken[0] ?? "" });

describe("a time that comes free", () => {
  beforeEach(() => fullMorning({ freed: "give" }));

  test("is given to the most urgent, then to who waits longest, in the transaction that frees it", async () => {
    const routine = await wait();
    const soon = await wait({ urgency: "soon" });
    const urgent = await wait({ urgency: "urgent" });
    const later = await wait({ urgency: "urgent" });
    await cancelFirst();
    expect(await appointment(urgent)).toMatchObject({ status: "booked", start: NINE });
    expect(await schedule.day(doctor, DATE)).toBe(FULL);
    await ask(staff, "appointment.cancel", { appointment: urgent });
    expect(await appointment(later)).toMatchObject({ status: "booked" });
    await ask(staff, "appointment.cancel", { appointment: later });
    expect(await appointment(soon)).toMatchObject({ status: "booked" });
    await ask(staff, "appointment.cancel", { appointment: soon });
    expect(await appointment(routine)).toMatchObject({ status: "booked" });
    expect(await appointment(routine)).not.toHaveProperty("wants");
    await ask(staff, "appointment.cancel", { appointment: routine });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 f, 09:20 b");
  });

  test("goes past those whom it does not suit: another part of the day, another date, too late, busy then", async () => {
    const evening = await wait({ ifTaken: [{ wish: "waitingList", partOfDay: "evening" }] });
    const useless = await wait({ usefulUntil: `${DATE}T08:30+03:00` });
    const busy = await wait();
    const busyPatient = (await appointment(busy)).patient;
    const elsewhere = await doctorWith(schedule, [{ from: "09:00", to: "10:00" }]);
    await ask(staff, "appointment.book", { doctor: elsewhere, patient: busyPatient, start: NINE });
    const suited = await wait();
    await cancelFirst();
    for (const id of [evening, useless, busy]) expect((await appointment(id)).status).toBe("waitlist");
    expect((await appointment(suited)).status).toBe("booked");
  });

  test("goes past as many as there may be who wait for another part of the day", async () => {
    for (let count = 0; count < 21; count += 1)
      await wait({ ifTaken: [{ wish: "waitingList", partOfDay: "evening" }] });
    const suited = await wait();
    await cancelFirst();
    expect((await appointment(suited)).status).toBe("booked");
  });

  test("is not kept from who waits by the five hundred who wait, more urgently, for another doctor whose time comes free with it", async () => {
    const crowded = taken;
    await crowd(await wait({ urgency: "urgent" }), 500);
    await fullMorning({ freed: "give" });
    const id = await wait();
    const cancels = [crowded, taken].map(([first = ""]) => ({
      type: "appointment.cancel",
      input: { appointment: first },
    }));
    const { outcomes } = await schedule.world.submit(staff, 1, cancels, { stream: newStream() });
    expect(outcomes.map(came)).toEqual(["applied", "applied"]);
    expect(await appointment(id)).toMatchObject({ status: "booked", start: NINE });
  });

  test("on a later day serves who waits for that as well", async () => {
    const id = await wait({}, 2);
    const next = "2027-03-03T09:00+03:00";
    const other = await book(next);
    await ask(staff, "appointment.cancel", { appointment: other });
    expect(await appointment(id)).toMatchObject({ status: "booked", start: next });
  });

  test("by a move serves who waits too", async () => {
    const id = await wait();
    await ask(staff, "appointment.reschedule", {
      appointment: taken[0] ?? "",
      start: "2027-03-04T09:00+03:00",
    });
    expect(await appointment(id)).toMatchObject({ status: "booked", start: NINE });
  });

  test("by a hold that ran out serves who waits before whoever asks for it then", async () => {
    await ask(staff, "appointment.cancel", { appointment: taken[0] ?? "" });
    const patient = await schedule.patient(family);
    const held = await ask(family, "appointment.hold", { doctor, patient, start: NINE, minutes: 10 });
    const id = await wait();
    clock.now += 10 * MINUTE;
    const late = await ask(staff, "appointment.book", {
      doctor,
      patient: await schedule.patient(),
      start: NINE,
    });
    expect(came(late)).toBe("slot_taken");
    // What is refused changes nothing: the time is hers from the next operation on that is applied, which is the job's at the latest.
    expect((await appointment(id)).status).toBe("waitlist");
    await asServer("appointment.expire", { appointments: [held.id] });
    expect(await appointment(id)).toMatchObject({ status: "booked", start: NINE });
  });
});

describe("a time that comes free for somebody whose own hold elsewhere ran out, which nobody has noted yet", () => {
  beforeEach(() => fullMorning({ freed: "give" }));

  test("is given to her, and whoever freed it is not refused; what she held is over", async () => {
    const patient = await schedule.patient();
    const place = await wait({ patient });
    const other = await doctorWith(schedule, [{ from: "09:00", to: "09:40" }]);
    const held = (await ask(staff, "appointment.hold", { doctor: other, patient, start: NINE })).id;
    clock.now += HOUR;
    expect(await cancelFirst()).toMatchObject({ status: "applied" });
    expect(await appointment(place)).toMatchObject({ status: "booked", start: NINE });
    expect(await appointment(held)).toMatchObject({ status: "expired" });
  });

  test("is given to her also where what she held there then goes to somebody else", async () => {
    const patient = await schedule.patient();
    const place = await wait({ patient });
    const other = await doctorWith(schedule, [{ from: "09:00", to: "09:20" }], { rules: { freed: "give" } });
    const held = (await ask(staff, "appointment.hold", { doctor: other, patient, start: NINE })).id;
    const next = await wait({ doctor: other });
    clock.now += HOUR;
    expect(await cancelFirst()).toMatchObject({ status: "applied" });
    expect(await appointment(place)).toMatchObject({ status: "booked" });
    expect(await appointment(held)).toMatchObject({ status: "expired" });
    expect(await appointment(next)).toMatchObject({ status: "booked" });
  });
});

test("a time that ran out and goes to who waits counts among those the doctor sees on a day", async () => {
  await fullMorning({ freed: "give", perDay: 2 });
  await ask(staff, "appointment.cancel", { appointment: taken[0] ?? "" });
  const patient = await schedule.patient(family);
  await ask(family, "appointment.hold", { doctor, patient, start: NINE, minutes: 10 });
  const dates = [{ date: DATE, hours: [{ from: "11:00", to: "11:20" }], extra: true }];
  await ask(staff, "availability.except", { doctor, dates });
  const id = await wait({ ifTaken: [{ wish: "waitingList", partOfDay: "morning" }] });
  clock.now += 10 * MINUTE;
  const more = { doctor, patient: await schedule.patient(family), start: `${DATE}T11:00+03:00` };
  expect(came(await ask(family, "appointment.book", more))).toBe("day_full");
  expect((await appointment(id)).status).toBe("waitlist");
});

describe("an offer", () => {
  beforeEach(() => fullMorning({ offerMinutes: 60 }));

  test("keeps the time for the patient until its instant, and is accepted by her side", async () => {
    const id = await wait();
    await cancelFirst();
    expect(await appointment(id)).toMatchObject({
      status: "pending",
      awaits: "patient",
      start: NINE,
      until: clock.now + 60 * MINUTE,
    });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 h, 09:20 b");
    expect(came(await ask(staff, "appointment.confirm", { appointment: id }))).toBe("applied");
    expect(await appointment(id)).toMatchObject({ status: "booked" });
    expect(await appointment(id)).not.toHaveProperty("wants");
    expect(await schedule.day(doctor, DATE)).toBe(FULL);
  });

  test("declined goes to the next, and she goes on waiting behind those who are as urgent", async () => {
    const first = await wait();
    const second = await wait();
    await cancelFirst();
    await ask(staff, "appointment.decline", { appointment: first });
    expect(await appointment(first)).toMatchObject({ status: "waitlist", wants: { since: clock.now } });
    expect(await appointment(second)).toMatchObject({ status: "pending", start: NINE });
    clock.now += MINUTE;
    await ask(staff, "appointment.decline", { appointment: second });
    expect(await appointment(first)).toMatchObject({ status: "pending", start: NINE });
  });

  test("that nobody answers in time goes to the next by the job", async () => {
    const first = await wait();
    const second = await wait();
    await cancelFirst();
    clock.now += 60 * MINUTE;
    expect(came(await ask(staff, "appointment.confirm", { appointment: first }))).toBe("answer_late");
    await asServer("appointment.expire", { appointments: [first] });
    expect(await appointment(first)).toMatchObject({ status: "waitlist" });
    expect(await appointment(second)).toMatchObject({ status: "pending", start: NINE });
  });

  test("is not there to decline where nothing was offered", async () => {
    clock.now = MONDAY_SEVEN;
    const other = await doctorWith(schedule, [{ from: "09:00", to: "10:00" }]);
    const patient = await schedule.patient(family);
    const held = await ask(family, "appointment.hold", { doctor: other, patient, start: NINE });
    expect(came(await ask(family, "appointment.decline", { appointment: held.id }))).toBe("conflict");
  });
});

describe("a place on the waiting list", () => {
  beforeEach(() => fullMorning({ freed: "give" }));

  test("can be had for a start at which no slot begins", async () => {
    const patient = await schedule.patient();
    const start = `${DATE}T09:03+03:00`;
    const ifTaken = [{ wish: "waitingList" as const }];
    const asked = await ask(staff, "appointment.book", { doctor, patient, start, ifTaken });
    expect(asked).toMatchObject({ output: { status: "waitlist", missed: [{ code: "slot_not_offered" }] } });
    await cancelFirst();
    expect(await appointment(asked.id)).toMatchObject({ status: "booked", start: NINE });
  });

  test("can be had once for one patient", async () => {
    const patient = await schedule.patient();
    const input = { doctor, patient, start: NINE, ifTaken: [{ wish: "waitingList" as const }] };
    expect(came(await ask(staff, "appointment.book", input))).toBe("applied");
    const again = await ask(staff, "appointment.book", input);
    expect(again).toMatchObject({
      status: "rejected",
      problem: {
        reasons: [
          { wish: 0, code: "slot_taken" },
          { wish: 1, code: "already_waiting" },
        ],
      },
    });
  });

  test("is not had where the doctor wants to know earlier than any time that is waited for: the next wish has its turn", async () => {
    const patient = await schedule.patient();
    const asked = { doctor, patient, start: NINE };
    const list = { wish: "waitingList" as const };
    const ifTaken = [list, { wish: "sameDoctor" as const, days: 3 }];
    const rules = (noticeMinutes: number) =>
      ask(staff, "doctor.setRules", { doctor, rules: { freed: "give", noticeMinutes } });
    // The last time there can be begins in the last minute of the day.
    const left = (Date.parse("2027-03-03T00:00+03:00") - clock.now) / MINUTE - 1;
    await rules(left + 1);
    const moved = await ask(staff, "appointment.book", { ...asked, ifTaken });
    const missed = [
      { wish: 0, code: "slot_taken" },
      { wish: 1, code: "notice_short" },
    ];
    expect(moved).toMatchObject({ output: { start: "2027-03-03T09:00+03:00", wish: 2, missed } });
    await ask(staff, "appointment.cancel", { appointment: moved.id });
    await rules(left);
    await ask(staff, "appointment.cancel", { appointment: await wait({ patient }) });
    // A minute has passed: it is too late for that day again, and not for the next one.
    const longer = await wait({ patient, ifTaken: [{ ...list, days: 1 }] });
    await ask(staff, "appointment.cancel", { appointment: longer });
    await rules(120);
    const usefulUntil = `${new Date(clock.now + 119 * MINUTE).toISOString().slice(0, 16)}Z`;
    expect(await ask(staff, "appointment.book", { ...asked, usefulUntil, ifTaken: [list] })).toMatchObject({
      problem: { reasons: [{ code: "deadline_passed" }, { wish: 1, code: "notice_short" }] },
    });
    await wait({ patient });
  });

  test("is over when what she waits for is over, or when it would be useless", async () => {
    const day = await wait();
    const deadline = await wait({ usefulUntil: `${DATE}T08:00+03:00` });
    expect(await appointment(day)).toMatchObject({ until: Date.parse("2027-03-03T00:00+03:00") });
    expect(await appointment(deadline)).toMatchObject({ until: Date.parse(`${DATE}T08:00+03:00`) });
    clock.now = Date.parse(`${DATE}T08:00+03:00`);
    await asServer("appointment.expire", { appointments: [day, deadline] });
    expect((await appointment(deadline)).status).toBe("expired");
    expect((await appointment(day)).status).toBe("waitlist");
    clock.now += 16 * HOUR;
    await asServer("appointment.expire", { appointments: [day] });
    expect((await appointment(day)).status).toBe("expired");
  });

  test("is given up by cancelling, and keeps no time before", async () => {
    const id = await wait();
    expect(await schedule.rows("SELECT cell FROM busy_time WHERE appointment_id = ?", [id])).toEqual([]);
    expect(came(await ask(staff, "appointment.cancel", { appointment: id }))).toBe("applied");
    await cancelFirst();
    expect((await appointment(id)).status).toBe("cancelled");
    expect(await schedule.day(doctor, DATE)).toBe("09:00 f, 09:20 b");
  });

  test("no appointment is moved to", async () => {
    const moved = await ask(staff, "appointment.reschedule", {
      appointment: taken[0] ?? "",
      start: `${DATE}T09:20+03:00`,
      ifTaken: [{ wish: "waitingList" }],
    });
    expect(moved).toMatchObject({ problem: { code: "malformed", path: "input.ifTaken.0.wish" } });
  });

  test("and a cancellation that race end with the time given, or with a place that the next one gets", async () => {
    for (let round = 0; round < 5; round += 1) {
      await fullMorning({ freed: "give" });
      const patients = await Promise.all([schedule.patient(), schedule.patient(), schedule.patient()]);
      const ifTaken = [{ wish: "waitingList" as const }];
      await Promise.all([
        ...patients.map((patient) =>
          ask(staff, "appointment.book", { doctor, patient, start: NINE, ifTaken }),
        ),
        cancelFirst(),
      ]);
      expect(await schedule.day(doctor, DATE)).toBe(FULL);
      const [row] = await schedule.rows<{ n: number }>(
        "SELECT COUNT(*) AS n FROM appointment WHERE doctor_id = ? AND status = 'waitlist'",
        [doctor],
      );
      expect(Number(row?.n)).toBe(2);
    }
  });
});

describe("new hours", () => {
  test("serve who waits, in their turn, as a time that comes free does", async () => {
    await fullMorning({ freed: "give" });
    const [routine, urgent] = [await wait(), await wait({ urgency: "urgent" })];
    const dates = [{ date: DATE, hours: [{ from: "11:00", to: "11:20" }], extra: true }];
    await ask(staff, "availability.except", { doctor, dates });
    expect(await appointment(urgent)).toMatchObject({ status: "booked", start: `${DATE}T11:00+03:00` });
    expect((await appointment(routine)).status).toBe("waitlist");
    expect(await schedule.day(doctor, DATE)).toBe(`${FULL}, 11:00 b`);
  });

  test("serve no more of them than the doctor sees on a day", async () => {
    await fullMorning({ freed: "give", perDay: 3 });
    const waiting = [await wait(), await wait(), await wait()];
    const dates = [{ date: DATE, hours: [{ from: "11:00", to: "12:00" }], extra: true }];
    await ask(staff, "availability.except", { doctor, dates });
    expect(await Promise.all(waiting.map(async (id) => (await appointment(id)).status))).toEqual([
      "booked",
      "waitlist",
      "waitlist",
    ]);
  });
});
