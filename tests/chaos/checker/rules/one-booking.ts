import type { AppointmentRow } from "../evidence.ts";
import type { Case, Rule } from "../rule.ts";
import { verdictOf } from "../story.ts";

const ACTIVE = new Set(["pending", "booked", "arrived", "fulfilled", "noshow"]);
const MINUTE = 60_000;

export const oneBooking: Rule = {
  id: "I1",
  means: "At every moment a doctor's time, and a patient's, belongs to one active booking at most.",
  how: "The bookings are read from the side every few seconds during the run and at its end, and compared pair by pair; the day sheets must show the same slots as taken; and no two devices may have been told that the same time is theirs.",
  check(one) {
    const { rows, rig } = one;
    // Who came without an appointment keeps nobody's time, who was put beside others on purpose not the doctor's.
    const active = rows.appointments.filter(
      ({ status, queue_number }) => ACTIVE.has(status) && queue_number === null,
    );
    const alone = active.filter(({ overbooked }) => overbooked === null);
    return [
      ...overlaps(
        alone.filter(({ places }) => places === null),
        "doctor_id",
      ),
      // What was confirmed without a network stands beside what the patient had agreed to elsewhere.
      ...overlaps(
        active.filter(({ patient_busy }) => patient_busy === null),
        "patient_id",
      ),
      ...rig.flatMap((line) =>
        line.e === "poll" && line.overlaps > 0
          ? [`${line.overlaps} overlaps during the run, at ${line.at}`]
          : [],
      ),
      ...sheetsAgree(one, alone),
      ...promisedTwice(one),
    ];
  },
};

export function overlaps(
  active: readonly AppointmentRow[],
  who: "doctor_id" | "patient_id",
): readonly string[] {
  const found: string[] = [];
  for (const [id, own] of Map.groupBy(active, (row) => row[who])) {
    const sorted = own.toSorted((left, right) => left.start_at - right.start_at);
    let last: AppointmentRow | undefined;
    for (const row of sorted) {
      if (last !== undefined && row.start_at < last.start_at + last.minutes * MINUTE)
        found.push(`${last.id} and ${row.id} overlap at ${who} ${id}`);
      if (last === undefined || row.start_at + row.minutes * MINUTE > last.start_at + last.minutes * MINUTE)
        last = row;
    }
  }
  return found;
}

/** Letters of a day sheet that mean that somebody has the slot: taken or held, or a place of a group session. */
const TAKEN = /[bho1-9A-Z]/;

function sheetsAgree({ rows: { sheets } }: Case, active: readonly AppointmentRow[]): readonly string[] {
  const found: string[] = [];
  const marked = new Set<string>();
  const leases = new Set<string>();
  const dates = new Set(sheets.map(({ doctor_id, date }) => `${doctor_id} ${date}`));
  for (const { id, doctor_id, runs, leased } of sheets) {
    const ofDevices = startsOf(leased);
    if (new Set(ofDevices).size < ofDevices.length) found.push(`two devices have one time of ${id}`);
    const parsed = JSON.parse(runs) as ReadonlyArray<readonly [number, number, number, number, string]>;
    for (const [first, , , step, states] of parsed) {
      for (let at = 0; at < states.length; at += 1)
        if (TAKEN.test(states.charAt(at))) marked.add(`${doctor_id} ${(first + at * step) * MINUTE}`);
    }
    for (const start of ofDevices) leases.add(`${doctor_id} ${start * MINUTE}`);
  }
  const hers = new Set<string>();
  for (const { id, doctor_id, start_at, minutes, offset_minutes } of active) {
    const keys = [...marked].filter((key) => within(key, doctor_id, start_at, start_at + minutes * MINUTE));
    for (const key of keys) hers.add(key);
    const date = new Date(start_at + offset_minutes * MINUTE).toISOString().slice(0, 10);
    if (keys.length === 0 && dates.has(`${doctor_id} ${date}`))
      found.push(`${id} holds a slot that the day sheet shows as free`);
  }
  for (const key of marked)
    if (!hers.has(key) && !leases.has(key))
      found.push(`the day sheet shows ${key} as taken, and nobody has it`);
  for (const key of leases)
    if (hers.has(key)) found.push(`a device has ${key} to itself, and somebody has it`);
  return found;
}

/** Starts (minutes) that devices have to themselves. */
function startsOf(leased: string | null): readonly number[] {
  const leases = JSON.parse(leased ?? "[]") as ReadonlyArray<readonly [string, number, readonly number[]]>;
  return leases.flatMap(([, , starts]) => starts);
}

/** Whether a slot, as doctor and instant, begins within a stretch of her time. */
function within(key: string, doctor: string, from: number, to: number): boolean {
  const [whose, instant] = key.split(" ");
  return whose === doctor && Number(instant) >= from && Number(instant) < to;
}

/** Bookings that were confirmed and that nobody moved, cancelled or closed afterwards: their times must differ. */
function promisedTwice({ stories }: Case): readonly string[] {
  const touched = new Set<unknown>();
  for (const story of stories.values())
    if (story.operation.type !== "appointment.book") touched.add(story.operation.input["appointment"]);
  const holders = new Map<string, string>();
  const found: string[] = [];
  for (const story of stories.values()) {
    const verdict = verdictOf(story);
    if (story.operation.type !== "appointment.book" || verdict?.status !== "applied" || touched.has(story.id))
      continue;
    if (textIn(verdict.output, "status") !== undefined) continue; // a place on the waiting list is no time
    const { doctor: wanted, start: asked } = story.operation.input;
    const doctor = textIn(verdict.output, "doctor") ?? wanted;
    const key = `${String(doctor)} ${Date.parse(placed(verdict.output) ?? String(asked))}`;
    const other = holders.get(key);
    if (other !== undefined) found.push(`${other} and ${story.id} were both promised the same time`);
    holders.set(key, story.id);
  }
  return found;
}

/** The time an outcome says was found instead. */
export function placed(output: unknown): string | undefined {
  return textIn(output, "start");
}

/** A text that an outcome says under a name: another doctor, or that it is not booked. */
export function textIn(output: unknown, name: string): string | undefined {
  if (typeof output !== "object" || output === null) return undefined;
  const value: unknown = Reflect.get(output, name);
  return typeof value === "string" ? value : undefined;
}
