import { read } from "../server/src/database/read.ts";
import { openCleanUpWorld } from "./clean-up-world.ts";
import { PacedBookings, type Stretch, stretchOf } from "./paced-bookings.ts";
import { writePast } from "./past-appointments.ts";
import { median, type Stage } from "./stage.ts";
import { compactedSizes, settledSizes, type TableSize } from "./table-sizes.ts";

/** What `bench clean-up` finds. */
export interface CleanUpResult {
  readonly appointments: number;
  /** until everything was put away and cleared, without the time it was held up */
  readonly seconds: number;
  readonly perSecond: number;
  /** what each job of the night did, as it told the log */
  readonly jobs: readonly NightJob[];
  /** bookings while nothing else goes on: before the clean-up, while it is held up, and after it, together and each */
  readonly quiet: Stretch;
  readonly quietBefore: Stretch;
  readonly quietBetween: Stretch;
  readonly quietAfter: Stretch;
  /** bookings while the clean-up goes on */
  readonly during: Stretch;
  /** p99 of a turn in which the clean-up goes on over that of the one after it, in which it is held up: the middle one of all turns; where there was none, `p99RatioOfAll` */
  readonly p99Ratio: number;
  /** p99 of `during` over that of `quiet`: a machine that others use as well is slow now and then, which both see */
  readonly p99RatioOfAll: number;
  readonly tables: readonly CleanedTable[];
  readonly putAway: number;
  readonly left: number;
  /** what is not as it must be */
  readonly faults: readonly string[];
}

interface CleanedTable {
  readonly table: string;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** pages in use */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** of the disk; the database keeps freed pages for itself */
  readonly fileBefore: number;
  readonly fileAfter: number;
  /** of the disk after OPTIMIZE TABLE */
  readonly fileOptimized: number;
}

/** A line of the server's log about a job. */
export interface NightJob {
  readonly job: string;
  readonly ms: number;
}

/** Older than anything is kept by the standard settings; and younger than that. */
const LONG_AGO_DAYS = 735;
const NOT_SO_LONG_AGO_DAYS = 300;
const KEPT_OF = 100;
const WARM_UP = 320;
const QUIET_SAMPLES = 1_040;
/** Bookings while the clean-up goes on, then while it is held up, again and again: a machine is not the same all the time. */
const BUSY_TURN = 5_760;
const QUIET_TURN = 640;
/** Bookings until what was begun has come to its end. */
const CALM = 96;
const MOST_RATIO = 2;

/**
 * Bookings at a steady pace before, during and after the clean-up of finished appointments. The clean-up is the server's own: its night's jobs, in its process, one
 * after another.
 */
export async function measureCleanUp(stage: Stage, appointments: number): Promise<CleanUpResult> {
  const kept = Math.ceil(appointments / KEPT_OF);
  stage.say("Setting the scene: clinics, doctors, patients, and what they did years ago …");
  const world = await openCleanUpWorld(stage, appointments);
  await writePast(stage, world, appointments, LONG_AGO_DAYS);
  await writePast(stage, world, kept, NOT_SO_LONG_AGO_DAYS);
  const before = await settledSizes(stage.databaseUrl);
  const bookings = await PacedBookings.open(stage, world.clinics, world.wanted);
  await bookings.some(WARM_UP);
  stage.say("Bookings while nothing else goes on …");
  const quietBefore = await bookings.some(QUIET_SAMPLES);
  tellStretch(stage, "  before", quietBefore);
  stage.say("Bookings while the night's jobs clean up …");
  const night = callNight(stage);
  const { quietBetween, during, ratios } = await inTurns(stage, bookings, night);
  const { jobs, seconds } = night.told();
  tellStretch(stage, "  between", quietBetween);
  tellStretch(stage, `  during ${String(Math.round(seconds))} s`, during);
  const after = await settledSizes(stage.databaseUrl);
  const quietAfter = await bookings.some(QUIET_SAMPLES);
  tellStretch(stage, "  after", quietAfter);
  const { putAway, left, faults } = await checkCleaned(stage, { appointments, kept, bookings });
  const quiet = stretchOf([...quietBefore, ...quietBetween, ...quietAfter]);
  const busy = stretchOf(during);
  const ofAll = busy.p99Ms / quiet.p99Ms;
  stage.say("Writing the tables anew …");
  return {
    appointments,
    seconds: Math.round(seconds),
    perSecond: Math.round(appointments / seconds),
    jobs,
    quiet,
    quietBefore: stretchOf(quietBefore),
    quietBetween: stretchOf(quietBetween),
    quietAfter: stretchOf(quietAfter),
    during: busy,
    p99Ratio: rounded(ratios.length === 0 ? ofAll : median(ratios)),
    p99RatioOfAll: rounded(ofAll),
    tables: cleanedTables(before, after, await compactedSizes(stage.databaseUrl)),
    putAway,
    left,
    faults,
  };
}

/** Whether what was found is not as it must be. */
export function cleanUpFails({ p99Ratio, faults }: CleanUpResult): boolean {
  return p99Ratio > MOST_RATIO || faults.length > 0;
}

function rounded(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}

function tellStretch(stage: Stage, name: string, times: readonly number[]): void {
  const { p50Ms, p99Ms, maxMs, samples } = stretchOf(times);
  stage.say(
    `${name}: p50 ${String(p50Ms)} ms, p99 ${String(p99Ms)} ms, longest ${String(maxMs)} ms of ${String(samples)}`,
  );
}

/** Bookings while the night's jobs go on and while they are held up, in turns. */
async function inTurns(stage: Stage, bookings: PacedBookings, night: Night) {
  const during: number[] = [];
  const quietBetween: number[] = [];
  const ratios: number[] = [];
  while (!night.isOver()) {
    let left = BUSY_TURN;
    const busy = await bookings.until(() => night.isOver() || left-- <= 0);
    tellStretch(stage, "  clean-up goes on", busy);
    during.push(...busy);
    if (night.isOver()) break;
    night.pause();
    await bookings.some(CALM);
    const quiet = await bookings.some(QUIET_TURN);
    night.resume();
    tellStretch(stage, "  clean-up is held up", quiet);
    quietBetween.push(...quiet);
    ratios.push(stretchOf(busy).p99Ms / stretchOf(quiet).p99Ms);
  }
  return { during, quietBetween, ratios };
}

interface Night {
  pause(): void;
  resume(): void;
  isOver(): boolean;
  told(): { readonly jobs: readonly NightJob[]; readonly seconds: number };
}

/** Has the server do its night's jobs now. */
function callNight({ server, say }: Stage): Night {
  let began = performance.now();
  const jobs: NightJob[] = [];
  let seconds: number | undefined;
  let failed: string | undefined;
  server.on("message", (message) => {
    const line = typeof message === "string" ? message : "{}";
    if (line === "over") {
      seconds = (performance.now() - began) / 1000;
      return;
    }
    const { say: what, ...did } = JSON.parse(line) as NightJob & { readonly say: string };
    if (what !== "job done") failed = line;
    say(`  ${line.trim()}`);
    jobs.push(did);
  });
  server.send("night");
  let pausedAt = 0;
  return {
    pause() {
      pausedAt = performance.now();
      server.send("pause");
    },
    resume() {
      began += performance.now() - pausedAt;
      server.send("resume");
    },
    isOver: () => seconds !== undefined || failed !== undefined,
    told: () => {
      if (failed !== undefined) throw new Error(`a job failed: ${failed}`);
      return { jobs, seconds: seconds ?? 0 };
    },
  };
}

function cleanedTables(
  before: readonly TableSize[],
  after: readonly TableSize[],
  optimized: readonly TableSize[],
): readonly CleanedTable[] {
  return before.map(({ table, rows, bytes, fileBytes }, at) => ({
    table,
    rowsBefore: rows,
    rowsAfter: after[at]?.rows ?? 0,
    bytesBefore: bytes,
    bytesAfter: after[at]?.bytes ?? 0,
    fileBefore: fileBytes,
    fileAfter: after[at]?.fileBytes ?? 0,
    fileOptimized: optimized[at]?.fileBytes ?? 0,
  }));
}

/** Put away is what is old, all of it and nothing else; what was booked meanwhile is there, with its time. */
async function checkCleaned(
  { pool }: Stage,
  {
    appointments,
    kept,
    bookings,
  }: { readonly appointments: number; readonly kept: number; readonly bookings: PacedBookings },
): Promise<Pick<CleanUpResult, "putAway" | "left" | "faults">> {
  const count = async (from: string): Promise<number> => {
    const statement = `SELECT COUNT(*) AS n FROM ${from}`;
    const [row] = await read(pool, (reader) => reader.query<{ n: number }>(statement));
    return row?.n ?? 0;
  };
  const putAway = await count("appointment_archive");
  const left = await count(
    `appointment WHERE status = 'fulfilled' AND start_at < UNIX_TIMESTAMP() * 1000 - ${String(LONG_AGO_DAYS - 1)} * 86400000`,
  );
  const made = bookings.made.length;
  const booked = await read(pool, (reader) =>
    reader.query<{ id: string }>("SELECT id FROM appointment WHERE status = 'booked'"),
  );
  const there = new Set(booked.map(({ id }) => id));
  const expected: readonly (readonly [what: string, found: number, wanted: number])[] = [
    ["appointments put away", putAway, appointments],
    ["appointments not put away", left, 0],
    ["finished appointments that are not old", await count("appointment WHERE status = 'fulfilled'"), kept],
    [`bookings refused: ${[...new Set(bookings.refused)].join(", ")}`, bookings.refused.length, 0],
    ["bookings there", bookings.made.filter((id) => there.has(id)).length, made],
    ["appointments booked", there.size, made],
    ["steps of time taken", await count("busy_time"), (made + kept) * 8],
    ["bookings in the audit trail", await count("operation WHERE type = 'appointment.book'"), made + kept],
    [
      "appointments shown by a clinic",
      await count(
        `feed_entry e JOIN feed f ON f.handle = e.feed WHERE e.kind = 'appointment' AND e.gone = 0 AND f.name LIKE 'clinic:%'`,
      ),
      made + kept,
    ],
  ];
  return {
    putAway,
    left,
    faults: expected
      .filter(([, found, wanted]) => found !== wanted)
      .map(([what, found, wanted]) => `${what}: ${String(found)}, not ${String(wanted)}`),
  };
}
