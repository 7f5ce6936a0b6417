import { type EntityId, type InputOf, operationId } from "@healthbridge/schema";
import { beforeEach, describe, expect, test } from "vitest";
import { newStream } from "../../../tests/setup/world.ts";
import { came, doctorWith, MONDAY_SEVEN, openSchedule } from "./schedule.ts";

const schedule = await openSchedule();
const { ask, appointment, staff, clock, world } = schedule;

const DATE = "2027-03-02";
const at = (time: string, date = DATE) => `${date}T${time}+03:00`;
const week = (hours: InputOf<"availability.set">["weekly"][number]["hours"]) =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours }));
const plan = { zone: "Africa/Nairobi", slotMinutes: 20, bufferMinutes: 0 };

beforeEach(() => {
  clock.now = MONDAY_SEVEN;
});

async function book(doctor: EntityId, start: string): Promise<EntityId> {
  const asked = await ask(staff, "appointment.book", { doctor, patient: await schedule.patient(), start });
  expect(came(asked)).toBe("applied");
  return asked.id;
}

describe("changing hours under appointments", () => {
  test("keeps them, names those that no longer fit, and offers their time to nobody", async () => {
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "11:00" }]);
    const [stays, goes] = [await book(doctor, at("09:00")), await book(doctor, at("10:40"))];
    const weekly = week([{ from: "09:00", to: "10:00" }]);
    expect(await ask(staff, "availability.set", { doctor, ...plan, weekly })).toMatchObject({
      output: { unfit: [{ appointment: goes, start: at("10:40") }] },
    });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 b, 09:20 f, 09:40 f, 10:40 o");
    expect((await appointment(goes)).status).toBe("booked");
    // They are named once: who changes other hours afterwards need not hear of them again.
    const again = week([{ from: "09:00", to: "10:20" }]);
    expect(await ask(staff, "availability.set", { doctor, ...plan, weekly: again })).not.toHaveProperty(
      "output",
    );
    await ask(staff, "appointment.cancel", { appointment: goes });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 b, 09:20 f, 09:40 f, 10:00 f, 10:40 x");
    expect((await appointment(stays)).status).toBe("booked");
  });

  test("names a visit over several slots once", async () => {
    const rules = { visits: [{ kind: "first", minutes: 60 }] };
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "11:00" }], { rules });
    const patient = await schedule.patient();
    const long = await ask(staff, "appointment.book", {
      doctor,
      patient,
      start: at("09:20"),
      visit: "first",
    });
    expect(
      await ask(staff, "availability.except", { doctor, dates: [{ date: DATE, hours: [] }] }),
    ).toMatchObject({
      output: { unfit: [{ appointment: long.id, start: at("09:20") }] },
    });
    await ask(staff, "appointment.cancel", { appointment: long.id });
    expect(await schedule.day(doctor, DATE)).toBe("09:20 x, 09:40 x, 10:00 x");
  });

  test("keeps the pauses that a visit over several slots takes", async () => {
    const rules = { visits: [{ kind: "first", minutes: 60 }] };
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "11:00" }], {
      plan: { bufferMinutes: 10 },
      rules,
    });
    const patient = await schedule.patient();
    const first = { doctor, patient, start: at("09:00"), visit: "first" };
    expect(came(await ask(staff, "appointment.book", first))).toBe("applied");
    const weekly = week([{ from: "09:00", to: "10:20" }]);
    const shorter = { zone: "Africa/Nairobi", slotMinutes: 10, bufferMinutes: 0, weekly };
    for (let time = 0; time < 2; time += 1) {
      await ask(staff, "availability.set", { doctor, ...shorter });
      expect(await schedule.day(doctor, DATE)).toBe("09:00 o, 09:30 o, 10:00 f, 10:10 f");
    }
    await book(doctor, at("10:00"));
  });

  test("keeps the pause between times that a device has to itself: it may have confirmed one visit over both", async () => {
    const rules = { visits: [{ kind: "first", minutes: 40 }], leasePercent: 100 };
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "10:00" }], {
      plan: { bufferMinutes: 10 },
      rules,
    });
    const until = at("08:00");
    expect(came(await ask(staff, "lease.take", { doctor, dates: [DATE], until }))).toBe("applied");
    const weekly = week([{ from: "09:00", to: "10:00" }]);
    const shorter = { zone: "Africa/Nairobi", slotMinutes: 10, bufferMinutes: 0, weekly };
    await ask(staff, "availability.set", { doctor, ...shorter });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 x, 09:30 x, 09:50 f");
    const leased = { device: staff.submitter.device ?? "", minutes: 40 };
    const confirmed = {
      doctor,
      patient: await schedule.patient(),
      start: at("09:00"),
      visit: "first",
      leased,
    };
    expect(came(await ask(staff, "appointment.book", confirmed))).toBe("applied");
  });

  test("names those who are too many for a group session that was made smaller: the last ones, once, and kept", async () => {
    const session = (places: number) => [{ from: "09:00", to: "10:00", slotMinutes: 60, places }];
    const doctor = await doctorWith(schedule, session(12));
    const stream = newStream();
    // Ten, so that the order of booking is not that of the ids' letters.
    const patients = await Promise.all(Array.from({ length: 10 }, () => schedule.patient()));
    const books = patients.map((patient) => ({
      type: "appointment.book",
      input: { doctor, patient, start: at("09:00") },
    }));
    await world.submit(staff, 1, books, { stream });
    const [eight, nine, ten] = [8, 9, 10].map((number) => operationId(stream, number));
    const shrink = (places: number) =>
      ask(staff, "availability.except", { doctor, dates: [{ date: DATE, hours: session(places) }] });
    const named = (...ids: (EntityId | undefined)[]) => ({
      output: {
        unfit: expect.arrayContaining(ids.map((appointment) => ({ appointment, start: at("09:00") }))),
      },
    });
    expect(await shrink(10)).not.toHaveProperty("output");
    const smaller = await shrink(8);
    expect(smaller).toMatchObject(named(nine, ten));
    expect(smaller).toMatchObject({ output: { unfit: { length: 2 } } });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 10/8");
    expect((await appointment(ten ?? "")).status).toBe("booked");
    expect(await shrink(7)).toEqual({
      number: 1,
      status: "applied",
      id: expect.any(String),
      ...named(eight),
    });
    expect(await shrink(9)).not.toHaveProperty("output");
    const closed = await ask(staff, "availability.except", { doctor, dates: [{ date: DATE, hours: [] }] });
    expect(closed).toMatchObject({ output: { unfit: { length: 9 } } });
  });

  test("keeps the places that are taken in a group session, and no others", async () => {
    const group = [{ from: "09:00", to: "10:00", slotMinutes: 60, places: 5 }];
    const doctor = await doctorWith(schedule, group);
    const [first] = [await book(doctor, at("09:00")), await book(doctor, at("09:00"))];
    await ask(staff, "availability.except", { doctor, dates: [{ date: DATE, hours: [] }] });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 2/0");
    await ask(staff, "appointment.cancel", { appointment: first });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 1/0");
    const patient = await schedule.patient();
    expect(came(await ask(staff, "appointment.book", { doctor, patient, start: at("09:00") }))).toBe(
      "slot_taken",
    );
  });
});

describe("exceptions", () => {
  test("are days off, other hours, or hours beside the week's", async () => {
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "09:40" }]);
    const dates = [
      { date: "2027-03-02", hours: [] },
      { date: "2027-03-03", hours: [{ from: "14:00", to: "14:40" }] },
      { date: "2027-03-04", hours: [{ from: "14:00", to: "14:40" }], extra: true },
    ];
    await ask(staff, "availability.except", { doctor, dates });
    expect(await schedule.day(doctor, "2027-03-02")).toBe("");
    expect(await schedule.day(doctor, "2027-03-03")).toBe("14:00 f, 14:20 f");
    expect(await schedule.day(doctor, "2027-03-04")).toBe("09:00 f, 09:20 f, 14:00 f, 14:20 f");
    await ask(staff, "availability.except", {
      doctor,
      dates: [{ date: "2027-03-02", hours: [], extra: true }],
    });
    expect(await schedule.day(doctor, "2027-03-02")).toBe("09:00 f, 09:20 f");
  });
});

describe("a clinic's holidays", () => {
  test("close its doctors' days at once, but for a doctor's own exception, and name who is booked then", async () => {
    const hours = [{ from: "09:00", to: "09:40" }];
    const [clinic = ""] = await world.asSystem([
      { type: "clinic.register", input: { name: "Mwingi", zone: "Africa/Nairobi" } },
    ]);
    const there = await world.person("staff", { clinics: [clinic] });
    const [usual, keen] = await Promise.all([
      doctorWith({ ...schedule, staff: there }, hours, { doctor: { clinic } }),
      doctorWith({ ...schedule, staff: there }, hours, { doctor: { clinic } }),
    ]);
    const dates = [{ date: DATE, hours: [{ from: "12:00", to: "12:20" }] }];
    await ask(there, "availability.except", { doctor: keen, dates });
    const patient = (await ask(there, "patient.register", { name: "Mutua", clinic })).id;
    const booked = await ask(there, "appointment.book", { doctor: usual, patient, start: at("09:00") });
    const holidays = [{ date: DATE, name: "Madaraka Day" }];
    expect(await ask(there, "clinic.setHolidays", { clinic, holidays })).toMatchObject({
      output: { unfit: [{ appointment: booked.id, start: at("09:00") }] },
    });
    expect(await schedule.day(usual, DATE)).toBe("09:00 o");
    expect(await schedule.day(keen, DATE)).toBe("12:00 f");
    expect(await schedule.day(usual, "2027-03-03")).toBe("09:00 f, 09:20 f");
    expect(await schedule.clinic(clinic)).toMatchObject({ holidays });
    // A plan made afterwards knows of them as well.
    const later = await doctorWith({ ...schedule, staff: there }, hours, { doctor: { clinic } });
    expect(await schedule.day(later, DATE)).toMatch(/^(|no sheet)$/);
    await ask(there, "clinic.setHolidays", { clinic, holidays: [] });
    expect(await schedule.day(usual, DATE)).toBe("09:00 b, 09:20 f");
    expect(await schedule.day(later, DATE)).toBe("09:00 f, 09:20 f");
  });

  test("close and open again a night that goes on into the next day, and leave the night before", async () => {
    const [clinic = ""] = await world.asSystem([
      { type: "clinic.register", input: { name: "Mwingi", zone: "Africa/Nairobi" } },
    ]);
    const there = await world.person("staff", { clinics: [clinic] });
    const night = [{ from: "23:20", to: "00:40", overnight: true }];
    const doctor = await doctorWith({ ...schedule, staff: there }, night, { doctor: { clinic } });
    const days = () =>
      Promise.all([DATE, "2027-03-03", "2027-03-04"].map((date) => schedule.day(doctor, date)));
    const usual = await days();
    expect(usual[0]).toBe("00:00 f, 00:20 f, 23:20 f, 23:40 f");
    const holidays = [{ date: DATE, name: "Madaraka Day" }];
    await ask(there, "clinic.setHolidays", { clinic, holidays });
    expect(await days()).toEqual(["00:00 f, 00:20 f", "23:20 f, 23:40 f", usual[2]]);
    await ask(there, "clinic.setHolidays", { clinic, holidays: [] });
    expect(await days()).toEqual(usual);
  });

  test("are set by the clinic's people alone, each date once", async () => {
    const holidays = [{ date: DATE, name: "Madaraka Day" }];
    const stranger = await world.person("staff");
    const { clinic } = world;
    expect(came(await ask(stranger, "clinic.setHolidays", { clinic, holidays }))).toBe("not_found");
    const twice = { clinic, holidays: [...holidays, ...holidays] };
    expect(came(await ask(staff, "clinic.setHolidays", twice))).toBe("malformed");
  });

  test("and a week that is set at the same moment come to the same, whichever is first", async () => {
    for (let round = 0; round < 4; round += 1) {
      const [clinic = ""] = await world.asSystem([
        { type: "clinic.register", input: { name: "Mwingi", zone: "Africa/Nairobi" } },
      ]);
      const there = await world.person("staff", { clinics: [clinic] });
      const doctor = await doctorWith({ ...schedule, staff: there }, [], { doctor: { clinic } });
      const weekly = week([{ from: "09:00", to: "09:40" }]);
      await Promise.all([
        ask(there, "availability.set", { doctor, ...plan, weekly }),
        ask(there, "clinic.setHolidays", { clinic, holidays: [{ date: DATE, name: "Madaraka Day" }] }),
      ]);
      expect(await schedule.day(doctor, DATE)).toMatch(/^(|no sheet)$/);
      expect(await schedule.day(doctor, "2027-03-03")).toBe("09:00 f, 09:20 f");
    }
  });
});
