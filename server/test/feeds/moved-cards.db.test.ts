import { Appointment, epochMinutes, foreseenSum, operationId, type SlotMark } from "@healthbridge/schema";
import { afterAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { Follower } from "../../../tests/setup/follower.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";
import { everyDay, openWorld, startIn, ZONE } from "../../../tests/setup/world.ts";

const database = await freshDatabase();
const world = await openWorld(database.url);
const service = createSyncService(world);
afterAll(() => world[Symbol.asyncDispose]());

const [old = "", next = "", third = ""] = await world.asSystem(
  ["Old", "New", "Third"].map((name) => ({
    type: "clinic.register",
    input: { name, zone: ZONE, lat: -1.37, lng: 38.01 },
  })),
);
const [doctorOfOld = "", doctorOfThird = ""] = await world.asSystem(
  [old, third].map((clinic) => ({
    type: "doctor.register",
    input: { name: "Dr Otieno", clinic, specialities: ["general-practice"], languages: ["sw"] },
  })),
);
await world.asSystem(
  [doctorOfOld, doctorOfThird].map((doctor) => ({
    type: "availability.set",
    input: { doctor, zone: ZONE, slotMinutes: 20, bufferMinutes: 0, weekly: everyDay("08:00", "17:00") },
  })),
);
let day = 0;

async function follower(...clinics: readonly string[]): Promise<Follower> {
  const each = new Follower(service, await world.person("staff", { clinics }));
  return each.pull({ follow: clinics.map((clinic) => `clinic:${clinic}` as const) });
}

async function patientAt(clinic: string): Promise<string> {
  const [patient = ""] = await world.asSystem([
    { type: "patient.register", input: { name: "Mueni", clinic } },
  ]);
  return patient;
}

function booking(doctor: string, patient: string) {
  day += 1;
  return { type: "appointment.book", input: { doctor, patient, start: startIn(day, "09:00") } };
}

async function book(doctor: string, patient: string): Promise<string> {
  return (await world.asSystem([booking(doctor, patient)]))[0] ?? "";
}

const move = (patient: string, clinic = next) => ({ type: "patient.update", input: { patient, clinic } });
const cancel = (appointment: string) => ({
  type: "appointment.cancel",
  input: { appointment, reason: "private" },
});

/** Looks at one clinic's feed twice: as somebody who followed it all the while, and as somebody who begins now. */
async function bothAt(
  clinic: string,
  before: Follower,
  kind: string,
  id: string,
): Promise<readonly unknown[]> {
  const feed = `clinic:${clinic}`;
  await before.pull();
  return [before.held(feed, kind, id), (await follower(clinic)).held(feed, kind, id)];
}

const GONE = [undefined, undefined];
const slotMark = (sheet: string, start: string): SlotMark => [sheet, epochMinutes(start), "b"];

describe("a card that moves to another clinic", () => {
  test("takes the patient's appointments along: the clinic it left sees nothing of them, the new one sees them all", async () => {
    const patient = await patientAt(old);
    const booked = await book(doctorOfThird, patient);
    const cancelled = await book(doctorOfThird, patient);
    await world.asSystem([cancel(cancelled)]);
    const [left, came, expects] = await Promise.all([follower(old), follower(next), follower(third)]);
    expect(left.held(`clinic:${old}`, "appointment", booked)).toMatchObject({ id: booked });
    await world.asSystem([move(patient)]);
    expect(await bothAt(old, left, "appointment", booked)).toEqual(GONE);
    expect(await bothAt(old, left, "appointment", cancelled)).toEqual(GONE);
    expect(await bothAt(old, left, "patient", patient)).toEqual(GONE);
    expect(await bothAt(next, came, "appointment", booked)).toMatchObject([{ id: booked }, { id: booked }]);
    expect(await bothAt(next, came, "appointment", cancelled)).toMatchObject([
      { id: cancelled },
      { id: cancelled },
    ]);
    expect(await bothAt(third, expects, "appointment", booked)).toMatchObject([
      { id: booked },
      { id: booked },
    ]);
    await world.asSystem([cancel(booked)]);
    expect(await bothAt(old, left, "appointment", booked)).toEqual(GONE);
    expect(await bothAt(next, came, "appointment", booked)).toMatchObject([
      { cancelReason: "private" },
      { cancelReason: "private" },
    ]);
  });

  test("takes along what changes or is booked in the same batch", async () => {
    const patient = await patientAt(old);
    const booked = await book(doctorOfThird, patient);
    const left = await follower(old);
    const came = await follower(next);
    const [, , made = ""] = await world.asSystem([
      move(patient),
      cancel(booked),
      booking(doctorOfThird, patient),
    ]);
    for (const id of [booked, made]) {
      expect(await bothAt(old, left, "appointment", id)).toEqual(GONE);
      expect(await bothAt(next, came, "appointment", id)).toMatchObject([{ id }, { id }]);
    }
  });

  test("there and back in one batch changes nothing", async () => {
    const patient = await patientAt(old);
    const booked = await book(doctorOfThird, patient);
    const [stays, between] = await Promise.all([follower(old), follower(next)]);
    await world.asSystem([move(patient), move(patient, old)]);
    expect(await bothAt(old, stays, "appointment", booked)).toMatchObject([{ id: booked }, { id: booked }]);
    expect(await bothAt(next, between, "appointment", booked)).toEqual(GONE);
  });

  test("leaves patient and appointment where the old clinic itself expects her", async () => {
    const patient = await patientAt(old);
    const here = await book(doctorOfOld, patient);
    const elsewhere = await book(doctorOfThird, patient);
    const left = await follower(old);
    await world.asSystem([move(patient)]);
    expect(await bothAt(old, left, "patient", patient)).toMatchObject([{ clinic: next }, { clinic: next }]);
    expect(await bothAt(old, left, "appointment", here)).toMatchObject([{ id: here }, { id: here }]);
    expect(await bothAt(old, left, "appointment", elsewhere)).toEqual(GONE);
    // And it hears of her from then on, wherever the card goes.
    await world.asSystem([
      { type: "patient.update", input: { patient, name: "Mueni Mutua", clinic: third } },
    ]);
    expect(await bothAt(old, left, "patient", patient)).toMatchObject([
      { name: "Mueni Mutua" },
      { name: "Mueni Mutua" },
    ]);
  });

  test("leaves the patient where she is booked in the same batch, before or after the move", async () => {
    const [first, second] = await Promise.all([patientAt(old), patientAt(old)]);
    const left = await follower(old);
    await world.asSystem([
      booking(doctorOfOld, first),
      move(first),
      move(second),
      booking(doctorOfOld, second),
    ]);
    for (const id of [first, second])
      expect(await bothAt(old, left, "patient", id)).toMatchObject([{ clinic: next }, { clinic: next }]);
  });

  test("is told to the device that moved it, too: it foresees what a card says, not who sees it", async () => {
    const patient = await patientAt(old);
    const person = await world.person("administrator");
    const mover = await new Follower(service, person).pull({ follow: [`clinic:${old}`, `clinic:${next}`] });
    const sum = foreseenSum([{ kind: "patient", entity: { id: patient, name: "Mueni", clinic: next } }]);
    await mover.pull({ operations: [{ ...move(patient), madeAt: 0, sum }] });
    expect(mover.held(`clinic:${old}`, "patient", patient)).toBeUndefined();
    expect(mover.held(`clinic:${next}`, "patient", patient)).toMatchObject({ clinic: next });
  });

  test("is told to the device that moved it also of an appointment it changed along, at the clinic the card left", async () => {
    const patient = await patientAt(old);
    const booked = await book(doctorOfOld, patient);
    const person = await world.person("administrator");
    const mover = await new Follower(service, person).pull({ follow: [`clinic:${old}`, `clinic:${next}`] });
    const before = Appointment.parse(mover.held(`clinic:${old}`, "appointment", booked));
    const sum = foreseenSum([
      { kind: "appointment", entity: { ...before, status: "cancelled", cancelReason: "private" } },
    ]);
    await mover.pull({
      operations: [
        { ...move(patient), madeAt: 0 },
        { ...cancel(booked), madeAt: 0, sum },
      ],
    });
    expect(mover.held(`clinic:${next}`, "appointment", booked)).toMatchObject({ status: "cancelled" });
  });

  test("shows an appointment again to the device that made it, which was never sent it and sees it leave one of its feeds", async () => {
    const patient = await patientAt(old);
    const person = await world.person("administrator");
    const feeds = [`clinic:${old}`, `clinic:${next}`, `clinic:${third}`] as const;
    const maker = await new Follower(service, person).pull({ follow: [...feeds] });
    const { type, input } = booking(doctorOfThird, patient);
    const id = operationId(person.stream, 1);
    const entity = { ...input, id, clinic: third, minutes: 20, zone: ZONE, status: "booked" as const };
    const slot = slotMark(`${doctorOfThird}/${input.start.slice(0, 10)}`, input.start);
    const sum = foreseenSum([{ kind: "appointment", entity }], [slot]);
    await maker.pull({ operations: [{ type, input, madeAt: 0, sum }] });
    for (const feed of feeds) expect(maker.held(feed, "appointment", id)).toBeUndefined();
    await world.asSystem([move(patient)]);
    await maker.pull({ from: 2 });
    expect(maker.held(feeds[0], "appointment", id)).toBeUndefined();
    for (const feed of feeds.slice(1)) expect(maker.held(feed, "appointment", id)).toMatchObject({ id });
  });

  test("takes what was booked in the same batch, before the move, from the device that foresaw it", async () => {
    const patient = await patientAt(old);
    const person = await world.person("administrator");
    const feed = `clinic:${old}` as const;
    const maker = await new Follower(service, person).pull({ follow: [feed] });
    const { type, input } = booking(doctorOfThird, patient);
    const id = operationId(person.stream, 1);
    const entity = { ...input, id, clinic: third, minutes: 20, zone: ZONE, status: "booked" as const };
    const slot = slotMark(`${doctorOfThird}/${input.start.slice(0, 10)}`, input.start);
    const sum = foreseenSum([{ kind: "appointment", entity }], [slot]);
    maker.foresees(feed, "appointment", entity);
    const operations = [
      { type, input, madeAt: 0, sum },
      { ...move(patient), madeAt: 0 },
    ];
    await maker.pull({ operations });
    expect(maker.held(feed, "appointment", id)).toBeUndefined();
  });

  test("takes along what belongs to each of many that move at once", async () => {
    const patients = await Promise.all(Array.from({ length: 12 }, () => patientAt(old)));
    const booked = await world.asSystem(patients.map((patient) => booking(doctorOfThird, patient)));
    const [left, came] = await Promise.all([follower(old), follower(next)]);
    await world.asSystem(patients.slice(0, 6).map((patient) => move(patient)));
    await Promise.all([left.pull(), came.pull()]);
    for (const [at, id] of booked.entries()) {
      const [feed, holder, other] = at < 6 ? [next, came, left] : [old, left, came];
      expect(holder.held(`clinic:${feed}`, "appointment", id)).toMatchObject({ id });
      expect(other.held(`clinic:${feed === old ? next : old}`, "appointment", id)).toBeUndefined();
    }
  });
});

describe("an appointment that moves to another clinic in the batch it was booked in", () => {
  test("shows its patient only where she is expected now", async () => {
    const [patient, other] = await Promise.all([patientAt(next), patientAt(next)]);
    const person = await world.person("administrator");
    const [was, is] = await Promise.all([follower(old), follower(third, world.clinic)]);
    const { type, input } = booking(doctorOfOld, patient);
    const taken = { doctor: doctorOfOld, patient: other, start: startIn(day, "10:00") };
    await world.asSystem([{ type, input: taken }]);
    const appointment = operationId(person.stream, 1);
    const moved = {
      type: "appointment.reschedule",
      input: { appointment, start: taken.start, ifTaken: [{ wish: "anyDoctor", km: 5 }] },
    };
    const { outcomes } = await world.submit(person, 1, [{ type, input }, moved]);
    expect(outcomes).toMatchObject([{ status: "applied" }, { status: "applied", output: { wish: 1 } }]);
    expect(await bothAt(old, was, "patient", patient)).toEqual(GONE);
    await is.pull();
    const shown = [third, world.clinic].map((clinic) => is.held(`clinic:${clinic}`, "patient", patient));
    expect(shown.filter((each) => each !== undefined)).toMatchObject([{ id: patient }]);
  });
});

describe("a doctor", () => {
  test("keeps in sight a patient and her appointments when all of them are cancelled, and when the card moves", async () => {
    const person = await world.person("doctor", { doctor: doctorOfThird });
    const patient = await patientAt(old);
    const booked = await book(doctorOfThird, patient);
    const doctor = await new Follower(service, person).pull({ follow: ["me"] });
    await world.asSystem([cancel(booked)]);
    await world.asSystem([move(patient)]);
    await doctor.pull();
    expect(doctor.held("me", "patient", patient)).toMatchObject({ clinic: next });
    expect(doctor.held("me", "appointment", booked)).toMatchObject({ status: "cancelled" });
  });
});
