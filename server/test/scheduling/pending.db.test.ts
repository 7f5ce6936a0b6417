import type { EntityId } from "@healthbridge/schema";
import { beforeEach, describe, expect, test } from "vitest";
import type { Person } from "../../../tests/setup/world.ts";
import { came, doctorWith, MINUTE, MONDAY_SEVEN, openSchedule } from "./schedule.ts";

const schedule = await openSchedule();
const { ask, asServer, appointment, staff, clock, world } = schedule;

const MORNING = [{ from: "09:00", to: "10:00" }];
const DATE = "2027-03-02";
const NINE = `${DATE}T09:00+03:00`;
const TWENTY_PAST = `${DATE}T09:20+03:00`;

let doctor: EntityId;
let family: Person;
let mother: EntityId;
beforeEach(async () => {
  clock.now = MONDAY_SEVEN;
  family = await world.person("patient");
  mother = await schedule.patient(family);
  doctor = await doctorWith(schedule, MORNING);
});

describe("a hold", () => {
  test("keeps the time from everybody until its instant, and is booked by confirming it", async () => {
    const held = await ask(family, "appointment.hold", { doctor, patient: mother, start: NINE, minutes: 10 });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 h, 09:20 f, 09:40 f");
    expect(await appointment(held.id)).toMatchObject({
      status: "pending",
      awaits: "patient",
      until: MONDAY_SEVEN + 10 * MINUTE,
      heldBy: family.account,
    });
    const other = await ask(staff, "appointment.book", {
      doctor,
      patient: await schedule.patient(),
      start: NINE,
    });
    expect(came(other)).toBe("slot_taken");
    clock.now += 10 * MINUTE - 1;
    expect(came(await ask(family, "appointment.confirm", { appointment: held.id }))).toBe("applied");
    const booked = await appointment(held.id);
    expect(booked).toMatchObject({ status: "booked", start: NINE });
    expect(booked).not.toHaveProperty("until");
    expect(booked).not.toHaveProperty("heldBy");
    expect(await schedule.sheet(doctor, DATE)).not.toHaveProperty("held");
    expect(await schedule.day(doctor, DATE)).toBe("09:00 b, 09:20 f, 09:40 f");
  });

  test("is over the moment its instant is over, whether or not any job has run", async () => {
    const held = await ask(family, "appointment.hold", { doctor, patient: mother, start: NINE, minutes: 10 });
    clock.now += 10 * MINUTE;
    expect(came(await ask(family, "appointment.confirm", { appointment: held.id }))).toBe("answer_late");
    const patient = await schedule.patient();
    const other = await ask(staff, "appointment.book", { doctor, patient, start: NINE });
    expect(came(other)).toBe("applied");
    expect(await appointment(held.id)).toMatchObject({ status: "expired" });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 b, 09:20 f, 09:40 f");
    expect(await schedule.sheet(doctor, DATE)).not.toHaveProperty("held");
  });

  test("ends at the start at the latest, however long it was asked for", async () => {
    clock.now = Date.parse(NINE) - 5 * MINUTE;
    const held = await ask(family, "appointment.hold", { doctor, patient: mother, start: NINE, minutes: 60 });
    expect(await appointment(held.id)).toMatchObject({ until: Date.parse(NINE) });
  });

  test("can be had three at a time by one account, on whatever devices, and again when one is over", async () => {
    const hold = async (start: string) =>
      ask(family, "appointment.hold", {
        doctor,
        patient: await schedule.patient(family),
        start,
        minutes: 10,
      });
    const other = await doctorWith(schedule, MORNING);
    const starts = [NINE, TWENTY_PAST, `${DATE}T09:40+03:00`];
    const first = await Promise.all(starts.map(hold));
    expect(first.map(came)).toEqual(["applied", "applied", "applied"]);
    const fourth = { doctor: other, patient: await schedule.patient(family), start: NINE };
    expect(came(await ask(family, "appointment.hold", fourth))).toBe("hold_limit");
    clock.now += 10 * MINUTE;
    expect(came(await ask(family, "appointment.hold", fourth))).toBe("applied");
  });

  test("of two that race for the last one an account can have only one is given", async () => {
    const doctors = await Promise.all(Array.from({ length: 12 }, () => doctorWith(schedule, MORNING)));
    const asked = await Promise.all(
      doctors.map(async (each) =>
        ask(family, "appointment.hold", {
          doctor: each,
          patient: await schedule.patient(family),
          start: NINE,
        }),
      ),
    );
    expect(asked.map(came).filter((code) => code === "applied")).toHaveLength(3);
    expect(new Set(asked.map(came))).toEqual(new Set(["applied", "hold_limit"]));
  });

  test("given up frees its time", async () => {
    const held = await ask(family, "appointment.hold", { doctor, patient: mother, start: NINE });
    await ask(family, "appointment.cancel", { appointment: held.id });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 f, 09:20 f, 09:40 f");
    expect(await schedule.sheet(doctor, DATE)).not.toHaveProperty("held");
  });
});

describe("where a clinic wants to confirm", () => {
  const book = () => ask(family, "appointment.book", { doctor, patient: mother, start: NINE });
  beforeEach(async () => {
    doctor = await doctorWith(schedule, MORNING, { rules: { confirmMinutes: 120 } });
  });

  test("a patient's booking waits for its word, and says so", async () => {
    const asked = await book();
    expect(asked).toMatchObject({ status: "applied", output: { start: NINE, wish: 0, status: "pending" } });
    expect(await appointment(asked.id)).toMatchObject({
      status: "pending",
      awaits: "clinic",
      until: MONDAY_SEVEN + 120 * MINUTE,
    });
    expect(came(await ask(family, "appointment.confirm", { appointment: asked.id }))).toBe("forbidden");
    expect(came(await ask(staff, "appointment.confirm", { appointment: asked.id }))).toBe("applied");
    expect(await appointment(asked.id)).toMatchObject({ status: "booked" });
  });

  test("a patient holds no time, which she could book by her own word", async () => {
    const held = { doctor, patient: mother, start: NINE };
    expect(came(await ask(family, "appointment.hold", held))).toBe("forbidden");
    const { id } = await ask(staff, "appointment.hold", { ...held, patient: await schedule.patient() });
    expect(came(await ask(staff, "appointment.confirm", { appointment: id }))).toBe("applied");
  });

  test("one the clinic itself makes is booked at once", async () => {
    const asked = await ask(staff, "appointment.book", {
      doctor,
      patient: await schedule.patient(),
      start: NINE,
    });
    expect(asked).toMatchObject({ status: "applied" });
    expect(asked).not.toHaveProperty("output");
    expect(await appointment(asked.id)).toMatchObject({ status: "booked" });
  });

  test("what it does not confirm in time expires and frees its time", async () => {
    const asked = await book();
    clock.now += 120 * MINUTE;
    expect(came(await ask(staff, "appointment.confirm", { appointment: asked.id }))).toBe("answer_late");
    const ended = await asServer("appointment.expire", { appointments: [asked.id] });
    expect(ended).toMatchObject({ output: { expired: 1 } });
    expect(await appointment(asked.id)).toMatchObject({ status: "expired" });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 f, 09:20 f, 09:40 f");
    expect(await asServer("appointment.expire", { appointments: [asked.id] })).toMatchObject({
      output: { expired: 0 },
    });
  });
});

describe("who cancelled", () => {
  const booked = async () =>
    (await ask(family, "appointment.book", { doctor, patient: mother, start: NINE })).id;

  test("is kept, with the reason", async () => {
    const id = await booked();
    await ask(family, "appointment.cancel", { appointment: id, reason: "The road is flooded" });
    expect(await appointment(id)).toMatchObject({
      cancelledBy: "patient",
      cancelReason: "The road is flooded",
    });
  });

  test("is the clinic, or the patient where the desk says that it was her wish", async () => {
    const first = await booked();
    await ask(staff, "appointment.cancel", { appointment: first });
    expect(await appointment(first)).toMatchObject({ cancelledBy: "clinic" });
    const second = await booked();
    await ask(staff, "appointment.cancel", { appointment: second, by: "patient" });
    expect(await appointment(second)).toMatchObject({ cancelledBy: "patient" });
  });

  test("is the doctor where she does it herself, and never the clinic where a patient says so", async () => {
    const start = `${DATE}T15:00+03:00`;
    const own = (await ask(family, "appointment.book", { doctor: world.doctor, patient: mother, start })).id;
    await ask(schedule.doctorHerself, "appointment.cancel", { appointment: own });
    expect(await appointment(own)).toMatchObject({ cancelledBy: "doctor" });
    const id = await booked();
    expect(came(await ask(family, "appointment.cancel", { appointment: id, by: "clinic" }))).toBe(
      "forbidden",
    );
    expect(await appointment(id)).toMatchObject({ status: "booked" });
  });
});
