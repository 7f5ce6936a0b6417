import type { World } from "../world/world.ts";

const MINUTE_MS = 60_000;
const CELL_MINUTES = 5;
const HOLDS_TIME: ReadonlySet<unknown> = new Set(["pending", "booked", "arrived", "fulfilled", "noshow"]);

/** Slots of one length, a letter for the state of each, as a sheet's row holds them. */
type Run = readonly [first: number, offset: number, minutes: number, step: number, states: string];

interface Kept {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** I1: nobody's time is given away twice, neither a doctor's nor a patient's; and the sheets say of every slot what the appointments say. */
export function checkBookings(world: World): void {
  const appointments = world.database.rows("appointment").filter(({ status }) => HOLDS_TIME.has(status));
  for (const who of ["doctor_id", "patient_id"] as const) {
    const byPerson = Map.groupBy(appointments, (row) => String(row[who]));
    for (const [person, rows] of byPerson) checkNoOverlap(world, person, rows.map(keptTime));
  }
  checkSheets(world, appointments);
  checkKeptTime(world, appointments);
}

/** The database keeps the time of those who hold it, and of nobody else. */
function checkKeptTime(world: World, appointments: readonly Record<string, unknown>[]): void {
  const kept = new Map<unknown, number>();
  for (const { appointment_id: id } of world.database.rows("busy_time"))
    kept.set(id, (kept.get(id) ?? 0) + 1);
  for (const { id, minutes } of appointments) {
    const cells = kept.get(id) ?? 0;
    if (cells !== (2 * Number(minutes)) / CELL_MINUTES)
      world.violated("I1", `${String(id)} holds its time, and the database keeps ${cells} cells of it`);
    kept.delete(id);
  }
  for (const id of kept.keys()) world.violated("I1", `time is kept for ${String(id)}, which holds none`);
}

function keptTime(row: Record<string, unknown>): Kept {
  const from = Number(row["start_at"]);
  return { id: String(row["id"]), from, to: from + Number(row["minutes"]) * MINUTE_MS };
}

function checkNoOverlap(world: World, person: string, kept: readonly Kept[]): void {
  const inOrder = kept.toSorted((left, right) => left.from - right.from);
  for (const [at, next] of inOrder.entries()) {
    const before = inOrder[at - 1];
    if (before !== undefined && before.to > next.from)
      world.violated("I1", `${person} has ${before.id} and ${next.id} at one time`);
  }
}

function checkSheets(world: World, appointments: readonly Record<string, unknown>[]): void {
  const taken = new Map(
    appointments.map((row) => [`${String(row["doctor_id"])} ${String(row["start_at"])}`, row]),
  );
  const shown = new Set<string>();
  for (const { id, doctor_id: doctor, runs } of world.database.rows("day_sheet")) {
    const list: readonly Run[] = JSON.parse(String(runs));
    for (const [first, , , step, states] of list)
      for (let at = 0; at < states.length; at += 1) {
        if (states[at] !== "b" && states[at] !== "o") continue;
        const instant = first + at * step;
        const key = `${String(doctor)} ${instant * MINUTE_MS}`;
        shown.add(key);
        if (!taken.has(key))
          world.violated("I1", `the sheet ${String(id)} shows ${instant} taken, and nobody has it`);
      }
  }
  for (const [key, row] of taken)
    if (!shown.has(key)) world.violated("I1", `no sheet shows the time of ${String(row["id"])} as taken`);
}
