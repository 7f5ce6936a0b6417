import { type Appointment, type AppointmentStatus, canBecome, type EntityId } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { came, type Came, DAY, doctorWith, HOUR, MINUTE, MONDAY_SEVEN, openSchedule } from "./schedule.ts";

const schedule = await openSchedule();
const { ask, asServer, appointment, staff, family, mother, clock, world } = schedule;

/** One morning with six slots, on another day for each use: nothing of one test is in another one's way. */
let day = 1;
const NINE_TO_ELEVEN = [{ from: "09:00", to: "11:00" }];

interface Standing {
  readonly doctor: EntityId;
  readonly date: string;
  readonly id: EntityId;
}

/** Brings an appointment at 09:00 into a state, the way it comes about at a clinic. */
const WAYS: Readonly<Record<AppointmentStatus, (doctor: EntityId, start: string) => Promise<EntityId>>> = {
  pending: async (doctor, start) =>
    (await ask(family, "appointment.hold", { doctor, patient: mother, start, minutes: 60 })).id,
  booked: async (doctor, start) =>
    (await ask(staff, "appointment.book", { doctor, patient: await schedule.patient(), start })).id,
  arrived: async (doctor, start) => then(await WAYS.booked(doctor, start), "appointment.checkIn"),
  fulfilled: async (doctor, start) => then(await WAYS.arrived(doctor, start), "appointment.complete"),
  cancelled: async (doctor, start) => then(await WAYS.booked(doctor, start), "appointment.cancel"),
  noshow: async (doctor, start) => then(await WAYS.booked(doctor, start), "appointment.markMissed"),
  waitlist: async (doctor, start) => {
    await ask(staff, "appointment.book", { doctor, patient: await schedule.patient(), start });
    const patient = await schedule.patient();
    const ifTaken = [{ wish: "waitingList" as const }];
    return (await ask(staff, "appointment.book", { doctor, patient, start, ifTaken })).id;
  },
  expired: async (doctor, start) => {
    const id = await WAYS.pending(doctor, start);
    clock.now += 2 * HOUR;
    await asServer("appointment.expire", { appointments: [id] });
    clock.now -= 2 * HOUR;
    return id;
  },
};

async function then(
  id: EntityId,
  type: "appointment.checkIn" | "appointment.complete" | "appointment.cancel" | "appointment.markMissed",
): Promise<EntityId> {
  const outcome = await ask(staff, type, { appointment: id });
  expect(came(outcome)).toBe("applied");
  return id;
}

async function standing(status: AppointmentStatus): Promise<Standing> {
  day += 1;
  const date = new Date(MONDAY_SEVEN + day * DAY).toISOString().slice(0, 10);
  const start = `${date}T09:00+03:00`;
  const doctor = await doctorWith(schedule, NINE_TO_ELEVEN);
  // Quarter past nine of that day: what begins at nine can have been missed, and its sheet is today's. The rest of the day is still to come.
  clock.now = Date.parse(start) - HOUR;
  const id = status === "noshow" ? await missed(doctor, start) : await WAYS[status](doctor, start);
  return { doctor, date, id };
}

async function missed(doctor: EntityId, start: string): Promise<EntityId> {
  const id = await WAYS.booked(doctor, start);
  clock.now = Date.parse(start) + 15 * MINUTE;
  return then(id, "appointment.markMissed");
}

/** What brings each state about, from wherever an appointment stands; a booking and a move end in `booked` too, but from nowhere and from itself. */
const DOORS: readonly {
  readonly to: AppointmentStatus;
  readonly by: string;
  readonly open: (id: EntityId) => Promise<Came>;
}[] = [
  { to: "booked", by: "confirm", open: (id) => ask(staff, "appointment.confirm", { appointment: id }) },
  {
    to: "booked",
    by: "undoCheckIn",
    open: (id) => ask(staff, "appointment.undoCheckIn", { appointment: id }),
  },
  { to: "arrived", by: "checkIn", open: (id) => ask(staff, "appointment.checkIn", { appointment: id }) },
  { to: "fulfilled", by: "complete", open: (id) => ask(staff, "appointment.complete", { appointment: id }) },
  { to: "cancelled", by: "cancel", open: (id) => ask(staff, "appointment.cancel", { appointment: id }) },
  {
    to: "noshow",
    by: "markMissed",
    open: async (id) => {
      clock.now += 2 * HOUR;
      return ask(staff, "appointment.markMissed", { appointment: id });
    },
  },
  {
    to: "expired",
    by: "expire",
    open: async (id) => {
      clock.now += DAY;
      return asServer("appointment.expire", { appointments: [id] });
    },
  },
];

/** Transitions that only one door leads to: the waiting list is left by an offer or a gift, a pending one goes back there by declining. */
const ONLY_BY: Readonly<Record<string, string>> = {
  "arrived booked": "undoCheckIn",
  "pending booked": "confirm",
};

const ALL: readonly AppointmentStatus[] = [
  "pending",
  "booked",
  "arrived",
  "fulfilled",
  "cancelled",
  "noshow",
  "waitlist",
  "expired",
];

describe.each(ALL)("an appointment that is %s", (from) => {
  test.each(DOORS)("becomes $to by $by where it may, and stays as it is where it may not", async (door) => {
    const { to, by, open } = door;
    const { doctor, date, id } = await standing(from);
    const before = await appointment(id);
    const sheet = await schedule.day(doctor, date);
    expect(before.status).toBe(from);
    const outcome = came(await open(id));
    const after = await appointment(id);
    const only = ONLY_BY[`${from} ${to}`] ?? by;
    // By hand nobody leaves the waiting list with a time: it is offered or given.
    const may = canBecome(from, to) && only === by && !(from === "waitlist" && to === "booked");
    await (may
      ? becomes(after, to, outcome, doctor, date)
      : stays({ before, after, outcome, by, sheet: [sheet, await schedule.day(doctor, date)] }));
  });
});

async function becomes(
  after: Appointment,
  to: AppointmentStatus,
  outcome: string,
  doctor: EntityId,
  date: string,
): Promise<void> {
  expect(outcome).toBe("applied");
  expect(after.status).toBe(to);
  await keepsOrFrees(after, doctor, date);
}

function stays(seen: {
  readonly before: Appointment;
  readonly after: Appointment;
  readonly outcome: string;
  readonly by: string;
  readonly sheet: readonly [before: string, after: string];
}): void {
  // The job passes over what is not over, the others are told.
  expect(seen.outcome).toMatch(seen.by === "expire" ? /^applied$/ : /^(conflict|answer_late)$/);
  expect(seen.after).toEqual(seen.before);
  expect(seen.sheet[1]).toBe(seen.sheet[0]);
}

/** What frees time has freed it already, in its own transaction: on the sheet and in the database's own keeping. */
async function keepsOrFrees(after: Appointment, doctor: EntityId, date: string): Promise<void> {
  const free = after.status === "cancelled" || after.status === "expired";
  const cells = await schedule.rows("SELECT cell FROM busy_time WHERE appointment_id = ?", [after.id]);
  expect(cells).toHaveLength(free ? 0 : 8);
  const others = await schedule.rows(
    "SELECT id FROM appointment WHERE doctor_id = ? AND id <> ? AND doctor_first_cell IS NOT NULL",
    [doctor, after.id],
  );
  expect(await schedule.day(doctor, date)).toMatch(free && others.length === 0 ? /^09:00 f/ : /^09:00 b/);
}

describe("a doctor's other doors", () => {
  test("nobody but those who receive the patient notes that she came, or did not", async () => {
    const { id } = await standing("pending");
    await ask(family, "appointment.confirm", { appointment: id });
    for (const type of ["appointment.checkIn", "appointment.complete", "appointment.markMissed"] as const)
      expect(came(await ask(family, type, { appointment: id }))).toBe("forbidden");
    const stranger = await world.person("patient");
    for (const type of ["appointment.checkIn", "appointment.cancel", "appointment.confirm"] as const)
      expect(came(await ask(stranger, type, { appointment: id }))).toBe("not_found");
  });

  test("only the server itself ends what nobody answered", async () => {
    const { id } = await standing("pending");
    const admin = await world.person("administrator");
    expect(came(await ask(admin, "appointment.expire", { appointments: [id] }))).toBe("unsupported");
  });
});
