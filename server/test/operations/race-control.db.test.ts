import { type Appointment, type EntityId, epochMinutes, MINUTE_MS, operationId } from "@healthbridge/schema";
import { createConnection } from "mysql2/promise";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { createExecutor } from "../../src/operations/executor.ts";
import { sheetRecords } from "../../src/operations/records/sheet-records.ts";
import {
  newStream,
  openWorld,
  startIn,
  verdict,
  type Person,
  type World,
} from "../../../tests/setup/world.ts";

/**
 * The control of the race test: a test that cannot fail shows nothing. The same race is run on the real house, and on a house from which the unique key
 * (with the foreign keys that lean on it) and the sheet's lock were taken away, in this test's own database only.
 */

const CLIENTS = 16;
const ROUNDS = 8;
/** server processes: each an executor with connections of its own, as several machines over one database */
const SERVERS = 4;

/** Asks for a slot; answers whether it was given. */
type Book = (client: number, patient: EntityId, start: string) => Promise<boolean>;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("many clients after the same slots, through several servers", () => {
  it("shows no overlap on the real schema: each slot goes to one", async () => {
    await using race = await openRace();
    expect(await race.run(race.throughExecutors)).toBe(ROUNDS);
    expect(await race.overlaps()).toBe(0);
  });

  it("shows none without the sheet's lock either: the database itself refuses", async () => {
    unlockSheets();
    await using race = await openRace();
    await race.run(race.throughExecutors);
    expect(await race.overlaps()).toBe(0);
  });

  it("shows none for whoever writes past the server: the database itself refuses", async () => {
    await using race = await openRace();
    expect(await race.run(race.naively)).toBe(ROUNDS);
    expect(await race.overlaps()).toBe(0);
  });

  it("reports overlaps once the unique key and the sheet's lock are gone", async () => {
    unlockSheets();
    await using race = await openRace();
    await race.takeTheKeyAway();
    expect(await race.run(race.throughExecutors)).toBeGreaterThan(ROUNDS);
    expect(await race.overlaps()).toBeGreaterThan(0);
  });

  it("reports overlaps for look, then book, in one transaction at the default isolation, without the key", async () => {
    await using race = await openRace();
    await race.takeTheKeyAway();
    expect(await race.run(race.naively)).toBeGreaterThan(ROUNDS);
    expect(await race.overlaps()).toBeGreaterThan(0);
  });
});

/** The executor as it is, but for the one lock. */
function unlockSheets(): void {
  const load = sheetRecords.load.bind(sheetRecords);
  vi.spyOn(sheetRecords, "load").mockImplementation((source, ids) => load(source, ids, false));
}

interface Race extends AsyncDisposable {
  readonly throughExecutors: Book;
  readonly naively: Book;
  /** All clients ask for the same slot, round after round; answers how many were given one. */
  run(book: Book): Promise<number>;
  overlaps(): Promise<number>;
  takeTheKeyAway(): Promise<void>;
}

async function openRace(): Promise<Race> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createDatabase());
  const world = stack.use(await openWorld(database.url));
  const side = await createConnection({
    uri: database.url,
    multipleStatements: true,
    ...socketOf(database.url),
  });
  stack.defer(() => side.end());
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, () => world.person("staff", { clinics: [world.clinic] })),
  );
  const patients = await world.asSystem(
    Array.from({ length: CLIENTS * ROUNDS }, (_, at) => ({
      type: "patient.register",
      input: { name: `P${at}`, clinic: world.clinic },
    })),
  );
  const executors = Array.from({ length: SERVERS }, () => {
    const pool = openPool({ url: database.url, size: CLIENTS });
    stack.defer(() => pool.close());
    const executor = createExecutor({ pool });
    stack.defer(() => executor.close());
    return executor;
  });
  const lines = await Promise.all(
    clients.map(() => createConnection({ uri: database.url, ...socketOf(database.url) })),
  );
  for (const line of lines) stack.defer(() => line.end());
  const owned = stack.move();
  return {
    async throughExecutors(client, patient, start) {
      const person = at(clients, client);
      const settled = await at(executors, client % SERVERS).submit({
        submitter: person.submitter,
        stream: newStream(),
        from: 1,
        heard: 0,
        operations: [
          { type: "appointment.book", input: { doctor: world.doctor, patient, start }, madeAt: 0 },
        ],
        carrier: "queue",
      });
      return verdict(settled.outcomes[0]) === "applied";
    },
    naively: (client, patient, start) =>
      lookThenBook(at(lines, client), world, at(clients, client), patient, start),
    async run(book) {
      let given = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const start = startIn(3, `${String(8 + round).padStart(2, "0")}:00`);
        const asked = clients.map((_, client) =>
          book(client, at(patients, round * CLIENTS + client), start).catch(() => false),
        );
        given += (await Promise.all(asked)).filter(Boolean).length;
      }
      return given;
    },
    async overlaps() {
      const [rows] = await side.query(
        `SELECT COUNT(*) AS pairs FROM appointment a JOIN appointment b ON a.id < b.id AND a.doctor_id = b.doctor_id
         AND a.start_at < b.start_at + b.minutes * 60000 AND b.start_at < a.start_at + a.minutes * 60000
         WHERE a.status NOT IN ('cancelled', 'expired', 'waitlist') AND b.status NOT IN ('cancelled', 'expired', 'waitlist')`,
      );
      return Number((rows as { pairs: number }[])[0]?.pairs);
    },
    async takeTheKeyAway() {
      await side.query(
        `ALTER TABLE appointment DROP FOREIGN KEY appointment_owner_first, DROP FOREIGN KEY appointment_owner_last,
           DROP FOREIGN KEY appointment_patient_first;
         ALTER TABLE busy_time DROP PRIMARY KEY, DROP INDEX busy_time_owner`,
      );
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What one writes who trusts that a transaction is enough. */
async function lookThenBook(
  line: Awaited<ReturnType<typeof createConnection>>,
  world: World,
  person: Person,
  patient: EntityId,
  start: string,
): Promise<boolean> {
  const startAt = epochMinutes(start) * MINUTE_MS;
  const id = operationId(newStream(), 1);
  const status: Appointment["status"] = "booked";
  await line.beginTransaction();
  try {
    const [found] = await line.query(
      "SELECT id FROM appointment WHERE doctor_id = ? AND start_at = ? AND status = 'booked'",
      [world.doctor, startAt],
    );
    if ((found as unknown[]).length > 0) {
      await line.rollback();
      return false;
    }
    const cells = Array.from({ length: 4 }, (_, cell) => startAt / 300_000 + cell);
    const busy = [world.doctor, patient].flatMap((who) => cells.map((cell) => [who, cell, id]));
    await line.query("INSERT INTO busy_time (who, cell, appointment_id) VALUES ?", [busy]);
    await line.query(
      "INSERT INTO appointment (id, tenant_id, doctor_id, clinic_id, patient_id, start_at, offset_minutes, minutes, zone, status) VALUES (?)",
      [
        [
          id,
          person.submitter.tenant,
          world.doctor,
          world.clinic,
          patient,
          startAt,
          180,
          20,
          "Africa/Nairobi",
          status,
        ],
      ],
    );
    await line.commit();
    return true;
  } catch {
    await line.rollback();
    return false;
  }
}

function socketOf(url: string): { socketPath?: string } {
  const socketPath = new URL(url).searchParams.get("socketPath");
  return socketPath === null ? {} : { socketPath };
}

function at<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new Error(`nothing at ${place}`);
  return found;
}
