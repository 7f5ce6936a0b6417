import type { EntityId } from "@healthbridge/schema";
import { beforeEach, describe, expect, test } from "vitest";
import type { Person } from "../../../tests/setup/world.ts";
import { came, DAY, doctorWith, MINUTE, MONDAY_SEVEN, openSchedule } from "./schedule.ts";

const schedule = await openSchedule();
const { ask, appointment, staff, clock, world } = schedule;

const MORNING = [{ from: "09:00", to: "10:00" }];
const DATE = "2027-03-02";
const at = (time: string, date = DATE) => `${date}T${time}+03:00`;

let family: Person;
let mother: EntityId;
beforeEach(async () => {
  clock.now = MONDAY_SEVEN;
  family = await world.person("patient");
  mother = await schedule.patient(family);
});

const book = (doctor: EntityId, start: string, more: object = {}) =>
  ask(family, "appointment.book", { doctor, patient: mother, start, ...more });

describe("minimum notice", () => {
  test("lets a patient book to the very moment it begins, and not after", async () => {
    const doctor = await doctorWith(schedule, MORNING, { rules: { noticeMinutes: 90 } });
    clock.now = Date.parse(at("09:00")) - 90 * MINUTE;
    expect(came(await book(doctor, at("09:00")))).toBe("applied");
    clock.now = Date.parse(at("09:20")) - 90 * MINUTE + 1;
    expect(came(await book(doctor, at("09:20")))).toBe("notice_short");
  });

  test("does not bind those who keep the doctor's hours", async () => {
    const doctor = await doctorWith(schedule, MORNING, { rules: { noticeMinutes: 90 } });
    clock.now = Date.parse(at("09:20")) - MINUTE;
    const asked = { doctor, patient: await schedule.patient(), start: at("09:20") };
    expect(came(await ask(staff, "appointment.book", asked))).toBe("applied");
  });
});

describe("the horizon", () => {
  test("ends with the last day that is near enough, by the doctor's wall", async () => {
    const doctor = await doctorWith(schedule, MORNING, { rules: { horizonDays: 7 } });
    // 23:30 at the clinic on the 1st: by UTC it is still the 1st as well, at half past midnight it is not.
    clock.now = Date.parse("2027-03-01T23:30+03:00");
    expect(came(await book(doctor, at("09:00", "2027-03-09")))).toBe("beyond_horizon");
    clock.now += 45 * MINUTE;
    expect(came(await book(doctor, at("09:00", "2027-03-09")))).toBe("applied");
  });
});

describe("the most appointments", () => {
  test("of one day are counted, and a cancelled one makes room again", async () => {
    const doctor = await doctorWith(schedule, MORNING, { rules: { perDay: 2 } });
    const [other, third] = [await schedule.patient(family), await schedule.patient(family)];
    const first = await book(doctor, at("09:00"));
    await ask(family, "appointment.book", { doctor, patient: other, start: at("09:20") });
    const full = { doctor, patient: third, start: at("09:40") };
    expect(came(await ask(family, "appointment.book", full))).toBe("day_full");
    await ask(family, "appointment.cancel", { appointment: first.id });
    expect(came(await ask(family, "appointment.book", full))).toBe("applied");
  });

  test("of one day cannot be passed by many who ask at once", async () => {
    const doctor = await doctorWith(schedule, [{ from: "08:00", to: "12:00" }], { rules: { perDay: 4 } });
    const patients = await Promise.all(Array.from({ length: 12 }, () => schedule.patient(family)));
    const asked = await Promise.all(
      patients.map((patient, place) => {
        const minutes = 8 * 60 + place * 20;
        const time = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
        return ask(family, "appointment.book", { doctor, patient, start: at(time) });
      }),
    );
    expect(asked.map(came).filter((code) => code === "applied")).toHaveLength(4);
  });

  test("of one day do not count the one that is moved within it", async () => {
    const doctor = await doctorWith(schedule, MORNING, { rules: { perDay: 1 } });
    const only = await book(doctor, at("09:00"));
    const moved = await ask(family, "appointment.reschedule", { appointment: only.id, start: at("09:40") });
    expect(came(moved)).toBe("applied");
    const patient = await schedule.patient(family);
    const full = await ask(family, "appointment.book", { doctor, patient, start: at("09:00") });
    expect(came(full)).toBe("day_full");
  });

  test("of one patient are those she has ahead of her", async () => {
    const doctor = await doctorWith(schedule, MORNING, { rules: { perPatient: 1 } });
    const first = await book(doctor, at("09:00"));
    expect(came(await book(doctor, at("09:20", "2027-03-03")))).toBe("patient_limit");
    // Moving the one she has is no second one.
    const moved = { appointment: first.id, start: at("09:20", "2027-03-03") };
    expect(came(await ask(family, "appointment.reschedule", moved))).toBe("applied");
    clock.now = Date.parse(at("09:30", "2027-03-03"));
    expect(came(await book(doctor, at("09:20", "2027-03-04")))).toBe("applied");
  });
});

describe("kinds of visit", () => {
  const rules = {
    visits: [
      { kind: "first", minutes: 40 },
      { kind: "dressing", minutes: 10 },
    ],
  };

  test("take as many slots as they need, give all of them back, and are refused where these are not free", async () => {
    const doctor = await doctorWith(schedule, MORNING, { rules });
    const first = await book(doctor, at("09:00"), { visit: "first" });
    expect(await appointment(first.id)).toMatchObject({ minutes: 40, visit: "first" });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 b, 09:20 b, 09:40 f");
    const patient = await schedule.patient(family);
    const long = { doctor, patient, start: at("09:40"), visit: "first" };
    expect(came(await ask(family, "appointment.book", long))).toBe("slot_not_offered");
    await ask(family, "appointment.cancel", { appointment: first.id });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 f, 09:20 f, 09:40 f");
    await book(doctor, at("09:20"));
    expect(came(await ask(family, "appointment.book", { ...long, start: at("09:00") }))).toBe("slot_taken");
  });

  test("that are short keep the patient's time for as long as they take", async () => {
    const doctor = await doctorWith(schedule, MORNING, { rules });
    const short = await book(doctor, at("09:00"), { visit: "dressing" });
    expect(await appointment(short.id)).toMatchObject({ minutes: 10 });
    const elsewhere = await doctorWith(schedule, [{ from: "09:10", to: "10:10" }]);
    expect(came(await book(elsewhere, at("09:10")))).toBe("applied");
  });

  test("that take the pause behind their last slot as well end before another session begins", async () => {
    const sessions = [
      { from: "08:10", to: "09:45" },
      { from: "09:45", to: "10:45", slotMinutes: 60, places: 5 },
    ];
    const doctor = await doctorWith(schedule, sessions, {
      plan: { bufferMinutes: 5 },
      rules: { visits: [{ kind: "long", minutes: 50 }] },
    });
    expect(await schedule.day(doctor, DATE)).toBe("08:10 f, 08:35 f, 09:00 f, 09:25 f, 09:45 0/5");
    const asked = await book(doctor, at("09:00"), { visit: "long", ifTaken: [{ wish: "sameDay" }] });
    expect(asked).toMatchObject({ output: { start: at("08:35"), missed: [{ code: "slot_not_offered" }] } });
    const patient = await schedule.patient(family);
    const group = await ask(family, "appointment.book", { doctor, patient, start: at("09:45") });
    expect(came(group)).toBe("applied");
  });

  test("the doctor does not have are refused by name", async () => {
    const doctor = await doctorWith(schedule, MORNING, { rules });
    expect(came(await book(doctor, at("09:00"), { visit: "surgery" }))).toBe("visit_unknown");
    const twice = {
      doctor,
      rules: {
        visits: [
          { kind: "first", minutes: 20 },
          { kind: "first", minutes: 40 },
        ],
      },
    };
    expect(await ask(staff, "doctor.setRules", twice)).toMatchObject({
      problem: { code: "malformed", path: "input.rules.visits" },
    });
  });
});

describe("a group session", () => {
  const group = [{ from: "09:00", to: "10:00", slotMinutes: 60, places: 3 }];

  test("takes as many as it has places, at one time, and one more when somebody leaves", async () => {
    const doctor = await doctorWith(schedule, group);
    const asked = [];
    for (let place = 0; place < 4; place += 1) {
      const patient = await schedule.patient(family);
      asked.push(await ask(family, "appointment.book", { doctor, patient, start: at("09:00") }));
    }
    expect(asked.map(came)).toEqual(["applied", "applied", "applied", "slot_taken"]);
    expect(await schedule.day(doctor, DATE)).toBe("09:00 3/3");
    expect(await appointment(asked[1]?.id ?? "")).toMatchObject({ places: 3, minutes: 60 });
    await ask(family, "appointment.cancel", { appointment: asked[1]?.id ?? "" });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 2/3");
    const patient = await schedule.patient(family);
    const last = await ask(family, "appointment.book", { doctor, patient, start: at("09:00") });
    expect(came(last)).toBe("applied");
    const seats = await schedule.rows(
      "SELECT taken_seat AS seat FROM appointment WHERE doctor_id = ? AND taken_seat IS NOT NULL ORDER BY 1",
      [doctor],
    );
    expect(seats).toEqual([{ seat: 1 }, { seat: 2 }, { seat: 3 }]);
  });

  test("has each place given once, however many ask at once", async () => {
    const doctor = await doctorWith(schedule, group);
    const patients = await Promise.all(Array.from({ length: 10 }, () => schedule.patient(family)));
    const asked = await Promise.all(
      patients.map((patient) => ask(family, "appointment.book", { doctor, patient, start: at("09:00") })),
    );
    expect(asked.map(came).filter((code) => code === "applied")).toHaveLength(3);
  });

  test("is over in the database with its last patient: the doctor's time is free for something else", async () => {
    const doctor = await doctorWith(schedule, group);
    const one = await book(doctor, at("09:00"));
    const cells = () => schedule.rows("SELECT cell FROM busy_time WHERE who = ?", [doctor]);
    expect(await cells()).toHaveLength(12);
    await ask(family, "appointment.cancel", { appointment: one.id });
    expect(await cells()).toHaveLength(0);
  });

  test("has its places kept by the database itself, whoever writes past the server", async () => {
    const doctor = await doctorWith(schedule, group);
    await book(doctor, at("09:00"));
    const line = await world.pool.lease();
    const copy = (seat: number) =>
      line.run(
        `INSERT INTO appointment (id, tenant_id, doctor_id, clinic_id, patient_id, start_at, offset_minutes, minutes, zone, status, places, session_id, seat)
         SELECT 'aaaaaaaaaaaaaaaa.9', tenant_id, doctor_id, clinic_id, patient_id, start_at, offset_minutes, minutes, zone, status, places, session_id, ${seat}
         FROM appointment WHERE doctor_id = ?`,
        [doctor],
      );
    try {
      // CHECK violated: MySQL 3819, MariaDB 4025. No such cell of her own: 1452. Duplicate key: 1062.
      await expect(copy(4)).rejects.toMatchObject({ errno: expect.toBeOneOf([3819, 4025]) });
      await expect(copy(2)).rejects.toMatchObject({ errno: 1452 });
      // The copy of a place breaks both rules, and the two databases do not look in the same order.
      await line.run("SET SESSION foreign_key_checks = 0");
      await expect(copy(1)).rejects.toMatchObject({ errno: 1062 });
    } finally {
      await line.run("SET SESSION foreign_key_checks = 1");
      line.release();
    }
  });
});

describe("an appointment beside the others", () => {
  test("is the doctor's privilege, needs a reason, and keeps the patient's time but none of the doctor's", async () => {
    const { doctor } = world;
    const start = at("09:00");
    await book(doctor, start);
    const patient = await schedule.patient();
    const squeezed = { doctor, patient, start, overbook: "Bleeding since this morning" };
    expect(came(await ask(staff, "appointment.book", squeezed))).toBe("forbidden");
    const mine = await world.person("staff", { clinics: [world.clinic] });
    await ask(schedule.doctorHerself, "doctor.setRules", { doctor, rules: { overbooking: "staff" } });
    const beside = await ask(mine, "appointment.book", squeezed);
    expect(came(beside)).toBe("applied");
    expect(await appointment(beside.id)).toMatchObject({
      status: "booked",
      start,
      overbooked: "Bleeding since this morning",
    });
    const elsewhere = await doctorWith(schedule, MORNING);
    const busy = { doctor: elsewhere, patient, start };
    expect(came(await ask(staff, "appointment.book", busy))).toBe("patient_busy");
    const before = await schedule.day(doctor, DATE);
    await ask(mine, "appointment.cancel", { appointment: beside.id });
    expect(await schedule.day(doctor, DATE)).toBe(before);
  });

  test("goes in between two slots, but not where the doctor has no hours that day, nor into the past", async () => {
    const { doctor } = world;
    const patient = await schedule.patient();
    const ask2 = async (start: string) =>
      ask(schedule.doctorHerself, "appointment.book", {
        doctor,
        patient: await own(),
        start,
        overbook: "urgent",
      });
    // The doctor acts for patients of her clinic.
    const own = async () => patient;
    expect(came(await ask2(at("11:10")))).toBe("applied");
    clock.now = Date.parse(at("12:00"));
    expect(came(await ask2(at("11:00")))).toBe("start_passed");
  });

  test("is refused for what stands in its way, not for what it may stand beside", async () => {
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "10:00" }]);
    const elsewhere = await doctorWith(schedule, [{ from: "09:00", to: "10:00" }]);
    const patient = await schedule.patient();
    const boss = await world.person("administrator");
    const overbook = (start: string, more: object = {}) =>
      ask(boss, "appointment.book", { doctor, patient, start, overbook: "urgent", ...more });
    await ask(staff, "appointment.book", { doctor: elsewhere, patient, start: at("09:20") });
    await book(doctor, at("09:20"));
    for (const start of [at("09:20"), at("09:30")])
      expect(await overbook(start)).toMatchObject({
        problem: { code: "patient_busy", reasons: [{ wish: 0, code: "patient_busy" }] },
      });
    const ifTaken = [{ wish: "sameDay" as const, partOfDay: "evening" as const }];
    expect(await overbook(at("09:20"), { ifTaken })).toMatchObject({
      problem: {
        reasons: [
          { wish: 0, code: "patient_busy" },
          { wish: 1, code: "slot_taken" },
        ],
        alternatives: [at("09:00"), at("09:40")],
      },
    });
    expect(came(await overbook(at("09:13")))).toBe("slot_not_offered");
    clock.now = Date.parse(at("12:00"));
    expect(came(await overbook(at("09:50")))).toBe("start_passed");
  });

  test("is an ordinary one where the time is free", async () => {
    const patient = await schedule.patient();
    const asked = await ask(schedule.doctorHerself, "appointment.book", {
      doctor: world.doctor,
      patient,
      start: at("16:00"),
      overbook: "not needed",
    });
    expect(await appointment(asked.id)).not.toHaveProperty("overbooked");
  });
});

describe("a patient who came without an appointment", () => {
  test("gets the next number of the day, whoever asks at once, and keeps nobody's time", async () => {
    const doctor = await doctorWith(schedule, [{ from: "07:00", to: "10:00" }]);
    const patients = await Promise.all(Array.from({ length: 6 }, () => schedule.patient()));
    const asked = await Promise.all(
      patients.map((patient) => ask(staff, "appointment.walkIn", { doctor, patient, urgency: "soon" })),
    );
    const numbers = asked.map((each) => (each.status === "applied" ? each.output : undefined));
    expect(numbers.map((output) => (output as { queue: number }).queue).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    const today = "2027-03-01";
    // At any minute, not on steps of five.
    clock.now += 3 * MINUTE;
    const odd = await ask(staff, "appointment.walkIn", { doctor, patient: await schedule.patient() });
    expect(odd).toMatchObject({ output: { queue: 7, start: at("07:03", today) } });
    clock.now -= 3 * MINUTE;
    expect(await schedule.day(doctor, today)).not.toMatch(/[bh]/);
    expect(await schedule.sheet(doctor, today)).toMatchObject({ queue: 7 });
    expect(await appointment(asked[0]?.id ?? "")).toMatchObject({
      status: "arrived",
      start: at("07:00", today),
    });
    const elsewhere = await doctorWith(schedule, [{ from: "07:00", to: "10:00" }]);
    const slot = { doctor: elsewhere, patient: patients[0] ?? "", start: at("07:00", today) };
    expect(came(await ask(staff, "appointment.book", slot))).toBe("applied");
    clock.now += DAY;
    const next = await ask(staff, "appointment.walkIn", { doctor, patient: patients[1] ?? "" });
    expect(next).toMatchObject({ output: { queue: 1 } });
  });

  test("is seen, or goes again; her number is not given twice, and a wrong one is cancelled, not taken back", async () => {
    const doctor = await doctorWith(schedule, [{ from: "07:00", to: "10:00" }]);
    const first = await ask(staff, "appointment.walkIn", { doctor, patient: await schedule.patient() });
    expect(came(await ask(staff, "appointment.undoCheckIn", { appointment: first.id }))).toBe("conflict");
    expect(came(await ask(staff, "appointment.cancel", { appointment: first.id }))).toBe("applied");
    const second = await ask(staff, "appointment.walkIn", { doctor, patient: await schedule.patient() });
    expect(second).toMatchObject({ output: { queue: 2 } });
    expect(came(await ask(staff, "appointment.complete", { appointment: second.id }))).toBe("applied");
  });

  test("is for the desk to enter, on a day on which the doctor has hours", async () => {
    const doctor = await doctorWith(schedule, MORNING);
    expect(came(await ask(family, "appointment.walkIn", { doctor, patient: mother }))).toBe("forbidden");
    const never = await doctorWith(schedule, []);
    const patient = await schedule.patient();
    expect(came(await ask(staff, "appointment.walkIn", { doctor: never, patient }))).toBe("slot_not_offered");
  });
});
