import { describe, expect, it } from "vitest";
import { barrier } from "./support/barrier.ts";
import { type Isolation, type Line, only, openLines } from "./support/line.ts";
import { scratchDatabase, servers, type ServerUnderTest } from "./support/servers.ts";

/**
 * Strategies against double booking, side by side: many connections ask at once for one doctor, half an hour each, starting ten minutes apart, so that two can have a place.
 * The strategies that look first are controls: everybody is made to look before anybody books, and overlapping bookings must be seen.
 */

const CLIENTS = 16;
const ROUNDS = 3;
/** Deadlocks take luck: until one was seen, at most so many rounds. */
const MOST_ROUNDS = 60;
const DEADLOCK = 1213;
const DUPLICATE = 1062;
const MINUTES = 30;
const CELL = 5;

const TABLES = [
  "CREATE TABLE doctor (id INT PRIMARY KEY, bookings INT NOT NULL DEFAULT 0)",
  "CREATE TABLE booking (id INT AUTO_INCREMENT PRIMARY KEY, doctor_id INT NOT NULL, start INT NOT NULL, end INT NOT NULL, KEY by_time (doctor_id, start))",
  "CREATE TABLE cell (doctor_id INT NOT NULL, cell INT NOT NULL, PRIMARY KEY (doctor_id, cell))",
];
const EXACT_KEY = "ALTER TABLE booking ADD UNIQUE KEY exact (doctor_id, start, end)";

const CHECK = "SELECT COUNT(*) AS taken FROM booking WHERE doctor_id = ? AND start < ? AND end > ?";
const LOCK_DOCTOR = "SELECT id FROM doctor WHERE id = ? FOR UPDATE";

interface Asked {
  readonly line: Line;
  readonly doctor: number;
  readonly start: number;
  /** Resolves once everybody has come here. Only for what waits for no lock. */
  readonly everybodyIsHere: () => Promise<void>;
}

interface Strategy {
  readonly name: string;
  readonly isolation: Isolation;
  readonly tables?: readonly string[];
  readonly overlaps: boolean;
  readonly deadlocks: "never" | "some";
  /** Books, or does not; an error of the server is thrown as `Refused`. */
  readonly book: (asked: Asked) => Promise<void>;
}

const STRATEGIES: readonly Strategy[] = [
  {
    name: "control: a transaction, a plain check, an insert",
    isolation: "REPEATABLE READ",
    overlaps: true,
    deadlocks: "never",
    book: async (asked) => {
      const free = await isFree(asked);
      await asked.everybodyIsHere();
      if (free) await insert(asked);
    },
  },
  {
    name: "control: the same with a unique key on doctor, start and end",
    isolation: "REPEATABLE READ",
    tables: [EXACT_KEY],
    overlaps: true,
    // Those of one start queue up at the key; whoever is told of the duplicate keeps a lock on it.
    deadlocks: "never",
    book: async (asked) => {
      const free = await isFree(asked);
      await asked.everybodyIsHere();
      if (free) await insert(asked);
    },
  },
  {
    name: "a check with FOR UPDATE on the range",
    isolation: "REPEATABLE READ",
    overlaps: false,
    deadlocks: "some",
    book: async (asked) => {
      if (await isFree(asked, " FOR UPDATE")) await insert(asked);
    },
  },
  {
    name: "a plain check",
    isolation: "SERIALIZABLE",
    overlaps: false,
    deadlocks: "some",
    book: async (asked) => {
      if (await isFree(asked)) await insert(asked);
    },
  },
  {
    name: "the doctor's row first, then a plain check",
    isolation: "REPEATABLE READ",
    overlaps: false,
    deadlocks: "never",
    book: async (asked) => {
      await must(asked.line, LOCK_DOCTOR, [asked.doctor]);
      if (await isFree(asked)) await insert(asked);
    },
  },
  {
    name: "control: the same, but something was read earlier in the transaction",
    isolation: "REPEATABLE READ",
    overlaps: true,
    deadlocks: "never",
    book: async (asked) => {
      await must(asked.line, "SELECT bookings FROM doctor WHERE id = ?", [asked.doctor]);
      await asked.everybodyIsHere();
      await must(asked.line, LOCK_DOCTOR, [asked.doctor]);
      if (await isFree(asked)) await insert(asked);
    },
  },
  {
    name: "the same, read earlier too",
    isolation: "READ COMMITTED",
    overlaps: false,
    deadlocks: "never",
    book: async (asked) => {
      await must(asked.line, "SELECT bookings FROM doctor WHERE id = ?", [asked.doctor]);
      await asked.everybodyIsHere();
      await must(asked.line, LOCK_DOCTOR, [asked.doctor]);
      if (await isFree(asked)) await insert(asked);
    },
  },
  {
    name: "cells of five minutes with a primary key",
    isolation: "REPEATABLE READ",
    overlaps: false,
    deadlocks: "some",
    book: async (asked) => {
      await insertCells(asked);
      await insert(asked);
    },
  },
  {
    name: "the doctor's row first, then cells",
    isolation: "READ COMMITTED",
    overlaps: false,
    deadlocks: "never",
    book: async (asked) => {
      await must(asked.line, LOCK_DOCTOR, [asked.doctor]);
      await insertCells(asked);
      await insert(asked);
    },
  },
];

describe.each(servers)("strategies on $flavour $version", (server) => {
  it.each(STRATEGIES)("$name, at $isolation", async (strategy) => {
    await using race = await openRace(server, strategy);
    let overlapping = 0;
    let deadlocks = 0;
    let rounds = 0;
    do {
      rounds += 1;
      const round = await race.round(rounds);
      deadlocks += round.deadlocks;
      if (round.overlaps > 0) overlapping += 1;
      expect(round.booked, "somebody is booked in every round").toBeGreaterThan(0);
    } while (rounds < ROUNDS || (strategy.deadlocks === "some" && deadlocks === 0 && rounds < MOST_ROUNDS));
    expect(overlapping).toBe(strategy.overlaps ? rounds : 0);
    expect(deadlocks > 0 ? "some" : "never").toBe(strategy.deadlocks);
  });
});

/** The server said no. */
class Refused extends Error {
  readonly errno: number;
  constructor(errno: number) {
    super(String(errno));
    this.errno = errno;
  }
}

async function must(line: Line, sql: string, values: readonly (string | number | number[][])[]) {
  const said = await line.run(sql, values);
  if (said.errno !== 0) throw new Refused(said.errno);
  return said;
}

async function isFree({ line, doctor, start }: Asked, lock = ""): Promise<boolean> {
  return Number(only(await must(line, CHECK + lock, [doctor, start + MINUTES, start]))) === 0;
}

async function insert({ line, doctor, start }: Asked): Promise<void> {
  await must(line, "INSERT INTO booking (doctor_id, start, end) VALUES (?, ?, ?)", [
    doctor,
    start,
    start + MINUTES,
  ]);
}

async function insertCells({ line, doctor, start }: Asked): Promise<void> {
  const cells = Array.from({ length: MINUTES / CELL }, (_, at) => [doctor, start / CELL + at]);
  await must(line, "INSERT INTO cell (doctor_id, cell) VALUES ?", [cells]);
}

async function openRace(server: ServerUnderTest, strategy: Strategy) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(
    await scratchDatabase(server, { tables: [...TABLES, ...(strategy.tables ?? [])] }),
  );
  const lines = stack.use(await openLines(database.url, CLIENTS, { isolation: strategy.isolation }));
  const side = lines.at(0);
  const owned = stack.move();
  return {
    async round(doctor: number) {
      await side.must("INSERT INTO doctor (id) VALUES (?)", [doctor]);
      const everybodyIsHere = barrier(CLIENTS);
      const errors = await Promise.all(
        lines.all.map((line, at) =>
          attempt(strategy, { line, doctor, start: (at % 4) * 10, everybodyIsHere }),
        ),
      );
      const unexpected = errors.filter((errno) => errno !== 0 && errno !== DEADLOCK && errno !== DUPLICATE);
      expect(unexpected).toEqual([]);
      return {
        deadlocks: errors.filter((errno) => errno === DEADLOCK).length,
        booked: Number(only(await side.must("SELECT COUNT(*) FROM booking WHERE doctor_id = ?", [doctor]))),
        overlaps: Number(
          only(
            await side.must(
              `SELECT COUNT(*) FROM booking a JOIN booking b ON a.id < b.id AND a.doctor_id = b.doctor_id AND a.start < b.end AND b.start < a.end
               WHERE a.doctor_id = ?`,
              [doctor],
            ),
          ),
        ),
      };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** One try to book, in a transaction; answers the number of the error that ended it. */
async function attempt(strategy: Strategy, asked: Asked): Promise<number> {
  await asked.line.must("START TRANSACTION");
  try {
    await strategy.book(asked);
    await asked.line.must("COMMIT");
    return 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await asked.line.must("ROLLBACK");
    return error.errno;
  }
}
