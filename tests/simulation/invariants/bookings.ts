import { Sheet, slotsOf } from "@healthbridge/schema";
import type { World } from "../world/world.ts";

const MINUTE_MS = 60_000;
const HOLDS_TIME: ReadonlySet<unknown> = new Set(["pending", "booked", "arrived", "fulfilled", "noshow"]);

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
  for (const row of world.database.rows("day_sheet")) {
    const sheet = Sheet.parse({ id: row["id"], zone: row["zone"], runs: JSON.parse(String(row["runs"])) });
    for (const { instant, state } of slotsOf(sheet)) {
      const key = `${String(row["doctor_id"])} ${instant * MINUTE_MS}`;
      const busy = state === "b" || state === "o";
      if (busy) shown.add(key);
      if (busy && !taken.has(key))
        world.violated("I1", `the sheet ${sheet.id} shows ${instant} taken, and nobody has it`);
    }
  }
  for (const [key, row] of taken)
    if (!shown.has(key)) world.violated("I1", `no sheet shows the time of ${String(row["id"])} as taken`);
}
