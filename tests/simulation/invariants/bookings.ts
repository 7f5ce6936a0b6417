import type { World } from "../world/world.ts";

const MINUTE_MS = 60_000;
const CELL_MINUTES = 5;
const DAY_MS = 86_400_000;
const SHOWN_DAYS = 29;
const HOLDS_TIME: ReadonlySet<unknown> = new Set(["pending", "booked", "arrived", "fulfilled", "noshow"]);

/** Slots of one length, a letter for the state of each, as a sheet's row holds them; of group sessions also the places. */
type Run = readonly [
  first: number,
  offset: number,
  minutes: number,
  step: number,
  letters: string,
  places?: number,
];

type Row = Record<string, unknown>;

interface Kept {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/**
 * I1: nobody's time is given away twice, neither a doctor's nor a patient's; and the sheets say of every slot what the appointments say. Who came without an
 * appointment keeps nobody's time; who was put beside others on purpose keeps her own; a group session has as many as it has places.
 */
export function checkBookings(world: World): void {
  const holding = world.database
    .rows("appointment")
    .filter((row) => HOLDS_TIME.has(row["status"]) && row["queue_number"] === null);
  const alone = holding.filter((row) => row["overbooked"] === null);
  checkPeople(
    world,
    "patient_id",
    holding.filter((row) => row["patient_busy"] === null),
  );
  checkPeople(world, "doctor_id", [
    ...alone.filter((row) => row["places"] === null),
    ...sessionsOf(world, alone),
  ]);
  checkSheets(world, alone);
  checkKeptTime(world, holding);
}

function checkPeople(world: World, who: "doctor_id" | "patient_id", appointments: readonly Row[]): void {
  for (const [person, rows] of Map.groupBy(appointments, (row) => String(row[who])))
    checkNoOverlap(world, person, rows.map(keptTime));
}

/** One appointment of each group session, which stands for all of it. */
function sessionsOf(world: World, alone: readonly Row[]): readonly Row[] {
  const sessions = Map.groupBy(
    alone.filter((row) => row["places"] !== null),
    (row) => String(row["session_id"]),
  );
  return [...sessions].flatMap(([session, members]) => {
    const seats = new Set(members.map((row) => row["seat"]));
    if (seats.size < members.length) world.violated("I1", `two in one place of the session ${session}`);
    return members.slice(0, 1);
  });
}

/** The database keeps the time of those who hold it, and of nobody else. */
function checkKeptTime(world: World, holding: readonly Row[]): void {
  const kept = new Map<string, number>();
  for (const { appointment_id: owner } of world.database.rows("busy_time"))
    kept.set(String(owner), (kept.get(String(owner)) ?? 0) + 1);
  const wanted = new Map<string, number>();
  for (const row of holding) {
    const cells = Number(row["minutes"]) / CELL_MINUTES;
    const owner = String(row["id"]);
    const session = typeof row["session_id"] === "string" ? row["session_id"] : undefined;
    const doctors = row["overbooked"] === null && session === undefined ? cells : 0;
    const own = doctors + (row["patient_busy"] === null ? cells : 0);
    wanted.set(owner, own);
    if (session !== undefined) wanted.set(session, cells);
  }
  for (const owner of new Set([...kept.keys(), ...wanted.keys()])) {
    const [has, wants] = [kept.get(owner) ?? 0, wanted.get(owner) ?? 0];
    if (has !== wants)
      world.violated("I1", `the database keeps ${has} cells for ${owner}, which holds ${wants}`);
  }
}

function keptTime(row: Row): Kept {
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

/** Each slot shows as many as have it: one, or as many as there are in a group session. */
function checkSheets(world: World, alone: readonly Row[]): void {
  const byDoctor = Map.groupBy(alone, (row) => String(row["doctor_id"]));
  const shown = new Set<unknown>();
  // What stood on days long over was put away.
  const shownSince = new Date(world.time.now() - SHOWN_DAYS * DAY_MS).toISOString().slice(0, 10);
  const sheets = world.database.rows("day_sheet").filter(({ date }) => String(date) >= shownSince);
  for (const { id, doctor_id: doctor, runs, leased } of sheets) {
    const hers = byDoctor.get(String(doctor)) ?? [];
    const ofDevices = leasedOn(world, String(id), leased);
    for (const { instant, taken, letter } of slotsOf(JSON.parse(String(runs)))) {
      const owners = hers.filter((row) => {
        const { from, to } = keptTime(row);
        return instant * MINUTE_MS >= from && instant * MINUTE_MS < to;
      });
      for (const row of owners) shown.add(row["id"]);
      if (ofDevices.has(instant)) {
        if (owners.length > 0 || !"hx".includes(letter))
          world.violated(
            "I1",
            `${String(id)} shows ${instant} as "${letter}", it is a device's, and ${owners.length} have it`,
          );
        continue;
      }
      if (owners.length !== taken)
        world.violated(
          "I1",
          `the sheet ${String(id)} shows ${instant} as "${letter}", and ${owners.length} have it`,
        );
      const held = owners.some((row) => row["status"] === "pending");
      if (letter === "b" && held)
        world.violated("I1", `${String(id)} shows ${instant} as agreed, and it is not`);
      if (letter === "h" && !held)
        world.violated("I1", `${String(id)} shows ${instant} as held, and it is agreed`);
    }
  }
  const since = Date.parse(shownSince) + DAY_MS;
  for (const row of alone)
    if (!shown.has(row["id"]) && Number(row["start_at"]) > since)
      world.violated("I1", `no sheet shows the time of ${String(row["id"])} as taken`);
}

/** Starts that devices have to themselves, each of them one. */
function leasedOn(world: World, sheet: string, leased: unknown): ReadonlySet<number> {
  const leases: readonly (readonly [string, number, readonly number[]])[] =
    typeof leased === "string" ? JSON.parse(leased) : [];
  const starts = leases.flatMap(([, , each]) => each);
  const all = new Set(starts);
  if (all.size < starts.length) world.violated("I1", `two devices have one time of ${sheet}`);
  return all;
}

function slotsOf(runs: readonly Run[]) {
  return runs.flatMap(([first, , , step, letters, places]) =>
    Array.from(letters, (letter, at) => ({
      instant: first + at * step,
      letter,
      taken: places === undefined ? Number("hbo".includes(letter)) : parseInt(letter, 36),
    })),
  );
}
