import type { EntityId } from "@healthbridge/schema";
import { beforeEach, describe, expect, test } from "vitest";
import type { Person } from "../../../tests/setup/world.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { came, DAY, doctorWith, HOUR, MINUTE, MONDAY_SEVEN, openSchedule } from "./schedule.ts";

const schedule = await openSchedule();
const { ask, appointment, staff, clock, world } = schedule;

const MORNING = [{ from: "09:00", to: "11:00" }];
const DATE = "2027-03-02";
const at = (time: string): string => `${DATE}T${time}+03:00`;
const END = at("12:00");
const FREE = "09:00 f, 09:20 f, 09:40 f, 10:00 f, 10:20 f, 10:40 f";
const HALF = "09:00 f, 09:20 f, 09:40 f, 10:00 h, 10:20 h, 10:40 h";

let doctor: EntityId;
let patient: EntityId;
let other: Person;
beforeEach(async () => {
  clock.now = MONDAY_SEVEN;
  doctor = await doctorWith(schedule, MORNING);
  patient = await schedule.patient();
  other = await world.person("staff", { clinics: [world.clinic] });
});

/** A lease on the day, as the desk's device takes it. */
const take = (who: Person = staff, more: { readonly most?: number; readonly until?: string } = {}) =>
  ask(who, "lease.take", { doctor, dates: [DATE], until: END, ...more });

/** What a device sends that has confirmed a time by itself. */
const confirmed = (start: string, minutes = 20, who: Person = staff) => ({
  doctor,
  patient,
  start,
  leased: { device: deviceOf(who), minutes },
});

describe("a lease", () => {
  test("takes the last free times of each day, half of them at most, and keeps them from everybody", async () => {
    expect(await take()).toMatchObject({ status: "applied", output: { leased: 3 } });
    expect(await schedule.day(doctor, DATE)).toBe(HALF);
    expect(await schedule.sheet(doctor, DATE)).toMatchObject({
      leased: [[deviceOf(staff), Date.parse(END), [10, 10 + 1 / 3, 10 + 2 / 3].map(minutesAt)]],
    });
    for (const who of [staff, other, schedule.family]) {
      const mine = who === schedule.family ? schedule.mother : patient;
      const asked = await ask(who, "appointment.book", { doctor, patient: mine, start: at("10:20") });
      expect(came(asked)).toBe("slot_taken");
    }
  });

  test("leaves the other half to others: the share is that of the day, whatever devices there are", async () => {
    await take(staff, { most: 1 });
    expect(await take(other)).toMatchObject({ output: { leased: 2 } });
    expect(came(await take(other))).toBe("lease_limit");
    expect(await schedule.day(doctor, DATE)).toBe(HALF);
  });

  test("is a share of what is still free, and lies within a week of its end", async () => {
    for (const time of ["09:00", "09:20", "09:40"]) {
      const asked = { doctor, patient: await schedule.patient(), start: at(time) };
      await ask(staff, "appointment.book", asked);
    }
    expect(await take()).toMatchObject({ output: { leased: 1 } });
    const far = { doctor, dates: [DATE, "2027-03-20"], until: END };
    expect(await ask(staff, "lease.take", far)).toMatchObject({
      problem: { code: "beyond_horizon", path: "input.dates.1" },
    });
  });

  test("takes as much as the doctor's rules allow, nothing where they allow nothing", async () => {
    await ask(staff, "doctor.setRules", { doctor, rules: { leasePercent: 100 } });
    expect(await take()).toMatchObject({ output: { leased: 6 } });
    const none = await doctorWith(schedule, MORNING, { rules: { leasePercent: 0 } });
    const asked = { doctor: none, dates: [DATE], until: END };
    expect(came(await ask(staff, "lease.take", asked))).toBe("lease_limit");
  });

  test("takes only the part of the day that was asked for, and no place of a group session", async () => {
    const mixed = await doctorWith(schedule, [
      { from: "10:00", to: "11:00" },
      { from: "12:00", to: "13:00", places: 5 },
      { from: "14:00", to: "15:00" },
    ]);
    const asked = { doctor: mixed, dates: [DATE], until: at("16:00"), partOfDay: "morning" as const };
    await ask(staff, "doctor.setRules", { doctor: mixed, rules: { leasePercent: 100 } });
    expect(await ask(staff, "lease.take", asked)).toMatchObject({ output: { leased: 3 } });
    expect(await schedule.day(mixed, DATE)).toMatch(/^10:00 h, 10:20 h, 10:40 h, 12:00 0\/5.*14:00 f/);
  });

  test("finds the morning's times also where the last half of the day is no morning", async () => {
    const whole = await doctorWith(schedule, [
      { from: "10:00", to: "11:00" },
      { from: "14:00", to: "15:20" },
    ]);
    const asked = { doctor: whole, dates: [DATE], until: at("16:00"), partOfDay: "morning" as const };
    expect(await ask(staff, "lease.take", asked)).toMatchObject({ output: { leased: 3 } });
    expect(await schedule.day(whole, DATE)).toMatch(/^10:00 h, 10:20 h, 10:40 h, 14:00 f/);
    expect(came(await ask(staff, "lease.take", { ...asked, partOfDay: "afternoon" }))).toBe("lease_limit");
  });

  test("is for those who keep the doctor's hours, on a device, and not for ever", async () => {
    expect(came(await take(schedule.family))).toBe("not_found");
    expect(came(await take(staff, { until: at("06:00").replace(DATE, "2027-03-01") }))).toBe(
      "deadline_passed",
    );
    expect(came(await take(staff, { until: "2027-04-02T12:00+03:00" }))).toBe("beyond_horizon");
    const asked = { doctor, dates: [DATE], until: END };
    expect(came(await schedule.asServer("lease.take", asked))).toBe("forbidden");
    expect(await schedule.day(doctor, DATE)).toBe(FREE);
  });
});

describe("what a device has confirmed out of its lease", () => {
  test("is booked exactly so", async () => {
    await take();
    const booked = await ask(staff, "appointment.book", confirmed(at("10:20")));
    expect(booked).toMatchObject({ status: "applied" });
    expect(booked).not.toHaveProperty("output");
    expect(await appointment(booked.id)).toMatchObject({ status: "booked", start: at("10:20"), minutes: 20 });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 f, 09:20 f, 09:40 f, 10:00 h, 10:20 b, 10:40 h");
    expect((await schedule.sheet(doctor, DATE))?.leased?.[0]?.[2]).toHaveLength(2);
  });

  test("is booked however late it arrives: after the lease, after the time itself, weeks later", async () => {
    await take();
    for (const [time, later] of [
      ["10:00", DAY],
      ["10:20", 2 * DAY],
      ["10:40", 60 * DAY],
    ] as const) {
      clock.now = MONDAY_SEVEN + later;
      const booked = await ask(staff, "appointment.book", confirmed(at(time)));
      expect(came(booked)).toBe("applied");
      expect(await appointment(booked.id)).toMatchObject({ status: "booked", start: at(time) });
    }
  });

  test("is booked though its device signed in anew meanwhile, and the one it was is forgotten", async () => {
    await take(other);
    const word = { ...confirmed(at("10:20"), 20, other) };
    const [device = ""] = await world.asSystem([
      { type: "device.add", input: { account: other.account, name: "the same laptop" } },
    ]);
    const anew = { ...other, submitter: { ...other.submitter, device } };
    expect(came(await ask(anew, "appointment.book", word))).toBe("applied");
    await inTransaction(world.pool, (tx) => tx.write("DELETE FROM device WHERE id = ?", [deviceOf(other)]));
    expect(came(await ask(anew, "appointment.book", confirmed(at("10:40"), 20, other)))).toBe("applied");
  });

  test("is booked whatever the doctor's rules are by now, and as long as was said", async () => {
    await ask(staff, "doctor.setRules", { doctor, rules: { visits: [{ kind: "long", minutes: 40 }] } });
    await take();
    await ask(staff, "doctor.setRules", {
      doctor,
      rules: { visits: [{ kind: "long", minutes: 60 }], perDay: 1, confirmMinutes: 30 },
    });
    const long = { ...confirmed(at("10:00"), 40), visit: "long" };
    expect(await appointment((await ask(staff, "appointment.book", long)).id)).toMatchObject({
      status: "booked",
      minutes: 40,
    });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 f, 09:20 f, 09:40 f, 10:00 b, 10:20 b, 10:40 h");
  });

  test("is booked though the doctor's hours have left it, and is named by then as outside of them", async () => {
    await take();
    await ask(staff, "availability.except", { doctor, dates: [{ date: DATE, hours: [] }] });
    expect(await schedule.day(doctor, DATE)).toBe("10:00 x, 10:20 x, 10:40 x");
    const booked = await ask(staff, "appointment.book", confirmed(at("10:20")));
    expect(came(booked)).toBe("applied");
    expect(await schedule.day(doctor, DATE)).toBe("10:00 x, 10:20 o, 10:40 x");
    await ask(staff, "availability.except", {
      doctor,
      dates: [{ date: DATE, hours: [{ from: "10:00", to: "11:00" }] }],
    });
    expect(await schedule.day(doctor, DATE)).toBe("10:00 h, 10:20 b, 10:40 h");
    await ask(staff, "appointment.cancel", { appointment: booked.id });
    expect(await schedule.day(doctor, DATE)).toBe("10:00 h, 10:20 f, 10:40 h");
  });

  test("stands beside what the patient has agreed to elsewhere meanwhile: both are kept, and she is told", async () => {
    await take();
    const elsewhere = await doctorWith(schedule, MORNING);
    const first = await ask(staff, "appointment.book", { doctor: elsewhere, patient, start: at("10:20") });
    const booked = await ask(staff, "appointment.book", confirmed(at("10:20")));
    expect(booked).toMatchObject({
      status: "applied",
      output: { start: at("10:20"), wish: 0, missed: [{ wish: 0, code: "patient_busy" }] },
    });
    expect(await appointment(booked.id)).toMatchObject({ status: "booked", patientBusy: true });
    expect(await appointment(first.id)).toMatchObject({ status: "booked" });
    // It keeps the doctor's time and none of the patient's: she can move either.
    const moved = { appointment: booked.id, start: at("09:00") };
    expect(came(await ask(staff, "appointment.reschedule", moved))).toBe("applied");
    expect(await appointment(booked.id)).not.toHaveProperty("patientBusy");
    const again = { doctor: elsewhere, patient, start: at("09:00") };
    expect(came(await ask(staff, "appointment.book", again))).toBe("patient_busy");
  });

  test("stands beside what she had weeks ago as well, where it arrives that late", async () => {
    await take();
    const elsewhere = await doctorWith(schedule, MORNING);
    await ask(staff, "appointment.book", { doctor: elsewhere, patient, start: at("10:20") });
    clock.now += 30 * DAY;
    expect(await ask(staff, "appointment.book", confirmed(at("10:20")))).toMatchObject({
      status: "applied",
      output: { missed: [{ code: "patient_busy" }] },
    });
  });

  test("is this device's word alone: another one's at the same time is an ordinary request", async () => {
    await take();
    const stranger = { ...schedule.family };
    const forged = { ...confirmed(at("10:20")), patient: schedule.mother };
    expect(came(await ask(stranger, "appointment.book", forged))).toBe("slot_taken");
    const theirs = await ask(other, "appointment.book", confirmed(at("10:20")));
    expect(came(theirs)).toBe("slot_taken");
    const wrong = confirmed(at("10:20"), 20, other);
    expect(came(await ask(other, "appointment.book", wrong))).toBe("slot_taken");
    expect(came(await ask(other, "appointment.book", confirmed(at("09:00"), 20, other)))).toBe("applied");
    expect(came(await ask(staff, "appointment.book", confirmed(at("10:40"), 40)))).toBe("slot_taken");
  });
});

describe("times that are not used", () => {
  test("are everybody's again when they are given back, in the transaction that gives them back", async () => {
    await take();
    const starts = [at("10:00"), at("10:20")];
    expect(await ask(staff, "lease.giveBack", { doctor, starts })).toMatchObject({
      output: { givenBack: 2 },
    });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 f, 09:20 f, 09:40 f, 10:00 f, 10:20 f, 10:40 h");
    expect(await ask(staff, "lease.giveBack", { doctor, starts })).toMatchObject({
      output: { givenBack: 0 },
    });
    expect(came(await ask(staff, "appointment.book", confirmed(at("10:00"))))).toBe("applied"); // it is free
    expect(came(await ask(other, "appointment.book", { ...confirmed(at("10:00")), patient }))).toBe(
      "slot_taken",
    );
  });

  test("go to those who wait for one", async () => {
    const family = await world.person("patient");
    const mother = await schedule.patient(family);
    await ask(staff, "doctor.setRules", { doctor, rules: { leasePercent: 100, freed: "give" } });
    await take();
    const waiting = await ask(family, "appointment.book", {
      doctor,
      patient: mother,
      start: at("10:00"),
      ifTaken: [{ wish: "waitingList" }],
    });
    expect(await appointment(waiting.id)).toMatchObject({ status: "waitlist" });
    await ask(staff, "lease.giveBack", { doctor, starts: [at("10:40")] });
    expect(await appointment(waiting.id)).toMatchObject({ status: "booked", start: at("10:40") });
    expect(await schedule.day(doctor, DATE)).toMatch(/10:20 h, 10:40 b$/);
  });

  test("of a device that is lost are ended by the clinic's people; what it confirmed is booked where it is still free", async () => {
    await take();
    const starts = [at("10:00"), at("10:20"), at("10:40")];
    const input = { doctor, starts, device: deviceOf(staff) };
    expect(came(await ask(schedule.family, "lease.giveBack", input))).toBe("not_found");
    expect(await ask(other, "lease.giveBack", input)).toMatchObject({ output: { givenBack: 3 } });
    expect(await schedule.day(doctor, DATE)).toBe(FREE);
    await ask(other, "appointment.book", { doctor, patient: await schedule.patient(), start: at("10:20") });
    expect(came(await ask(staff, "appointment.book", confirmed(at("10:20"))))).toBe("slot_taken");
    expect(came(await ask(staff, "appointment.book", confirmed(at("10:40"))))).toBe("applied");
  });

  test("stay the device's own until they have begun, for it may have confirmed them: nobody else gets them in between", async () => {
    await take(staff, { until: at("09:00") });
    clock.now = Date.parse(at("09:00")) + HOUR - MINUTE;
    const late = await ask(other, "appointment.book", { doctor, patient, start: at("10:00") });
    expect(came(late)).toBe("slot_taken");
    clock.now += 2 * MINUTE;
    expect(came(await ask(other, "appointment.book", { doctor, patient, start: at("10:00") }))).toBe(
      "start_passed",
    );
  });
});

/** Minutes since 1970 of an hour of the day at the doctor's wall. */
function minutesAt(hour: number): number {
  return Date.parse(at("00:00")) / MINUTE + Math.round(hour * 60);
}

function deviceOf({ submitter }: Person): EntityId {
  return submitter.device ?? "";
}
