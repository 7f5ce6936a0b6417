import type { EntityId, InputOf } from "@healthbridge/schema";
import { beforeEach, describe, expect, test } from "vitest";
import { came, doctorWith, MINUTE, MONDAY_SEVEN, openSchedule } from "./schedule.ts";

const schedule = await openSchedule();
const { ask, appointment, staff, clock, world } = schedule;

const DATE = "2027-03-02";
const at = (time: string, date = DATE) => `${date}T${time}+03:00`;
const SLOT = [{ from: "09:00", to: "09:20" }];
const speciality = (word: string) => ({ specialities: [word] });

beforeEach(() => {
  clock.now = MONDAY_SEVEN;
});

/** A clinic so many kilometres north of Kitui, and a doctor there. */
async function doctorAt(
  km: number,
  doctor: Partial<InputOf<"doctor.register">> = {},
  hours: InputOf<"availability.set">["weekly"][number]["hours"] = SLOT,
): Promise<EntityId> {
  const place = { lat: -1.37 + km / 111.195, lng: 38.01 };
  const [clinic = ""] = await world.asSystem([
    { type: "clinic.register", input: { name: `${km} km`, zone: "Africa/Nairobi", ...place } },
  ]);
  const there = await world.person("staff", { clinics: [clinic] });
  return doctorWith({ ...schedule, staff: there }, hours, { doctor: { clinic, ...doctor } });
}

/** Books at a doctor at Kitui whose only slot of the day is gone, with these wishes. */
async function bookAt(kind: string, ifTaken: InputOf<"appointment.book">["ifTaken"], more: object = {}) {
  const doctor = await doctorWith(schedule, SLOT, { doctor: speciality(kind) });
  await ask(staff, "appointment.book", { doctor, patient: await schedule.patient(), start: at("09:00") });
  const patient = await schedule.patient();
  return ask(staff, "appointment.book", { doctor, patient, start: at("09:00"), ifTaken, ...more });
}

describe("a start in UTC, of which it is another date at the doctor's", () => {
  // 20:00Z on the 2nd is 09:00 on the 3rd in Auckland.
  const start = "2027-03-02T20:00Z";
  const local = (date: string) => `${date}T09:00+13:00`;

  test("has its wishes counted from the doctor's date", async () => {
    const doctor = await doctorWith(schedule, SLOT, { plan: { zone: "Pacific/Auckland" } });
    const booked = async (ifTaken: InputOf<"appointment.book">["ifTaken"]) =>
      ask(staff, "appointment.book", { doctor, patient: await schedule.patient(), start, ifTaken });
    const first = await booked([]);
    expect(await appointment(first.id)).toMatchObject({ start: local("2027-03-03") });
    expect(await booked([{ wish: "sameDoctor", days: 1 }])).toMatchObject({
      output: { start: local("2027-03-04"), wish: 1 },
    });
    const waits = await booked([{ wish: "waitingList" }]);
    expect(waits).toMatchObject({ output: { start: local("2027-03-03"), status: "waitlist" } });
    await ask(staff, "appointment.cancel", { appointment: first.id });
    expect(await appointment(waits.id)).toMatchObject({ status: "pending", start: local("2027-03-03") });
  });
});

describe("any doctor of that speciality nearby", () => {
  test("is the nearest who has time that day, and the outcome says who and why", async () => {
    const far = await doctorAt(30, speciality("dermatology"));
    const near = await doctorAt(12, speciality("dermatology"));
    await doctorAt(5, speciality("surgery"));
    const asked = await bookAt("dermatology", [{ wish: "anyDoctor", km: 40 }]);
    expect(asked).toMatchObject({
      status: "applied",
      output: { wish: 1, doctor: near, start: at("09:00"), missed: [{ wish: 0, code: "slot_taken" }] },
    });
    expect(await appointment(asked.id)).toMatchObject({ doctor: near, status: "booked" });
    expect(await schedule.day(near, DATE)).toBe("09:00 b");
    // Whoever comes next gets the one further away; then there is none.
    expect(await bookAt("dermatology", [{ wish: "anyDoctor", km: 40 }])).toMatchObject({
      output: { doctor: far },
    });
    const none = await bookAt("dermatology", [{ wish: "anyDoctor", km: 40 }]);
    expect(none).toMatchObject({ problem: { reasons: [{ wish: 0 }, { wish: 1, code: "none_nearby" }] } });
  });

  test("is within the distance, speaks the language, has the speciality that was named", async () => {
    await doctorAt(21, { specialities: ["cardiology"], languages: ["sw"] });
    await doctorAt(4, { specialities: ["cardiology"], languages: ["en"] });
    const right = await doctorAt(9, { specialities: ["cardiology", "surgery"], languages: ["en", "sw"] });
    const wish = { wish: "anyDoctor" as const, km: 20, language: "sw" };
    expect(await bookAt("paediatrics", [{ ...wish, speciality: "cardiology" }])).toMatchObject({
      output: { doctor: right },
    });
    expect(came(await bookAt("paediatrics", [wish]))).toBe("slot_taken");
  });

  test("has time on a later day, where the wish reaches so far, in the part of the day that suits", async () => {
    const hours = [
      { from: "09:00", to: "09:20" },
      { from: "15:00", to: "15:40" },
    ];
    const other = await doctorAt(3, speciality("urology"), hours);
    const afternoon = { wish: "anyDoctor" as const, km: 10, partOfDay: "afternoon" as const };
    expect(await bookAt("urology", [afternoon])).toMatchObject({ output: { start: at("15:00") } });
    expect(await bookAt("urology", [afternoon])).toMatchObject({ output: { start: at("15:20") } });
    expect(came(await bookAt("urology", [afternoon]))).toBe("slot_taken");
    expect(await bookAt("urology", [{ ...afternoon, days: 2 }])).toMatchObject({
      output: { doctor: other, start: at("15:00", "2027-03-03") },
    });
  });

  test("has a time that somebody held, from the moment that is over", async () => {
    const other = await doctorAt(2, speciality("nephrology"));
    const family = await world.person("patient");
    const patient = await schedule.patient(family);
    await ask(family, "appointment.hold", { doctor: other, patient, start: at("09:00"), minutes: 10 });
    expect(came(await bookAt("nephrology", [{ wish: "anyDoctor", km: 5 }]))).toBe("slot_taken");
    clock.now += 10 * MINUTE;
    expect(await bookAt("nephrology", [{ wish: "anyDoctor", km: 5 }])).toMatchObject({
      output: { doctor: other, start: at("09:00") },
    });
  });

  test("is of the same tenant", async () => {
    const { pool } = world;
    await doctorAt(3, speciality("oncology"));
    const other = await pool.lease();
    await other.run("UPDATE doctor SET tenant_id = 'elsewhere' WHERE specialities = ',oncology,'");
    other.release();
    expect(await bookAt("oncology", [{ wish: "anyDoctor", km: 10 }])).toMatchObject({
      problem: { reasons: [{ wish: 0 }, { wish: 1, code: "none_nearby" }] },
    });
  });

  test("of two who race for the last one nearby one gets it, and the other hears why", async () => {
    await doctorAt(2, speciality("ophthalmology"));
    const asked = await Promise.all([
      bookAt("ophthalmology", [{ wish: "anyDoctor", km: 5 }]),
      bookAt("ophthalmology", [{ wish: "anyDoctor", km: 5 }]),
    ]);
    expect(asked.map(came).toSorted()).toEqual(["applied", "slot_taken"]);
  });

  test("can be moved to as well", async () => {
    const other = await doctorAt(2, speciality("neurology"));
    const doctor = await doctorWith(schedule, SLOT, { doctor: speciality("neurology") });
    const next = at("09:00", "2027-03-03");
    const id = (
      await ask(staff, "appointment.book", { doctor, patient: await schedule.patient(), start: at("09:00") })
    ).id;
    await ask(staff, "appointment.book", { doctor, patient: await schedule.patient(), start: next });
    const moved = await ask(staff, "appointment.reschedule", {
      appointment: id,
      start: next,
      ifTaken: [{ wish: "anyDoctor", km: 5 }],
    });
    expect(moved).toMatchObject({ output: { doctor: other, start: next } });
    expect(await appointment(id)).toMatchObject({ doctor: other, start: next });
    expect(await schedule.day(doctor, DATE)).toBe("09:00 f");
  });

  test("takes the patient's card along: whoever expected her there before sees her no longer", async () => {
    const home = await doctorAt(20, speciality("rheumatology"));
    const away = await doctorAt(22, speciality("rheumatology"));
    const clinicOf = async (id: EntityId) => (await schedule.doctor(id))?.clinic ?? "";
    const shown = async (clinic: string, patient: EntityId) => {
      const [row] = await schedule.rows<{ gone: number }>(
        "SELECT e.gone FROM feed_entry e JOIN feed f ON f.handle = e.feed WHERE f.name = ? AND e.entity_id = ?",
        [`clinic:${clinic}`, patient],
      );
      return row === undefined ? "never" : row.gone === 1 ? "gone" : "shown";
    };
    const family = await world.person("patient");
    const patient = await schedule.patient(family);
    const next = at("09:00", "2027-03-03");
    await ask(staff, "appointment.book", { doctor: home, patient: await schedule.patient(), start: next });
    const { id } = await ask(family, "appointment.book", { doctor: home, patient, start: at("09:00") });
    const [before, after] = [await clinicOf(home), await clinicOf(away)];
    expect([await shown(before, patient), await shown(after, patient)]).toEqual(["shown", "never"]);
    const ifTaken = [{ wish: "anyDoctor" as const, km: 5 }];
    const moved = await ask(family, "appointment.reschedule", { appointment: id, start: next, ifTaken });
    expect(moved).toMatchObject({ output: { doctor: away } });
    expect([await shown(before, patient), await shown(after, patient)]).toEqual(["gone", "shown"]);
  });
});

describe("part of the day and a deadline", () => {
  const hours = [
    { from: "09:00", to: "09:20" },
    { from: "13:00", to: "13:20" },
    { from: "18:00", to: "18:20" },
  ];

  test("narrow the same day", async () => {
    const doctor = await doctorWith(schedule, hours);
    await ask(staff, "appointment.book", { doctor, patient: await schedule.patient(), start: at("09:00") });
    const patient = await schedule.patient();
    const ifTaken = [{ wish: "sameDay" as const, partOfDay: "evening" as const }];
    expect(
      await ask(staff, "appointment.book", { doctor, patient, start: at("09:00"), ifTaken }),
    ).toMatchObject({
      output: { start: at("18:00"), wish: 1 },
    });
  });

  test("nothing later than what is still useful is taken, not even what was asked for", async () => {
    const doctor = await doctorWith(schedule, hours);
    const late = { doctor, patient: await schedule.patient(), start: at("18:00"), usefulUntil: at("14:00") };
    expect(came(await ask(staff, "appointment.book", late))).toBe("deadline_passed");
    const ifTaken = [{ wish: "sameDay" as const }];
    expect(await ask(staff, "appointment.book", { ...late, ifTaken })).toMatchObject({
      output: { start: at("13:00") },
    });
  });

  test("what arrives after its deadline books nothing and waits for nothing", async () => {
    clock.now = Date.parse(at("14:01"));
    const doctor = await doctorWith(schedule, hours);
    const asked = await ask(staff, "appointment.book", {
      doctor,
      patient: await schedule.patient(),
      start: at("18:00"),
      usefulUntil: at("14:00"),
      ifTaken: [
        { wish: "sameDoctor", days: 7 },
        { wish: "waitingList", days: 7 },
      ],
    });
    expect(asked).toMatchObject({
      status: "rejected",
      problem: {
        code: "deadline_passed",
        reasons: [
          { wish: 0, code: "deadline_passed" },
          { wish: 1, code: "deadline_passed" },
          { wish: 2, code: "deadline_passed" },
        ],
      },
    });
  });
});
