import { describe, expect, it } from "vitest";
import { type Isolation, Line, only, openLines, type Sent } from "./support/line.ts";
import { LockWatch } from "./support/lock-watch.ts";
import { onServer, type Scratch, scratchDatabase, servers, type ServerUnderTest } from "./support/servers.ts";

/**
 * What locks and isolation levels do, step by step, on each server: the facts that the executor is built on. Where looking first is not enough the double
 * booking is shown: those tests are the controls, and fail when the server refuses it.
 */

const DUPLICATE = 1062;
const DEADLOCK = 1213;
const LOCK_TIMEOUT = 1205;

const TABLES = [
  "CREATE TABLE booking (id INT AUTO_INCREMENT PRIMARY KEY, slot INT NOT NULL, who INT NOT NULL, KEY by_slot (slot))",
  "CREATE TABLE slot (id INT PRIMARY KEY, booked_by INT)",
  "CREATE TABLE one_each (slot INT PRIMARY KEY, who INT NOT NULL)",
  "INSERT INTO slot (id) VALUES (1), (2), (3), (4)",
  // Without rows above and below, every gap would be the whole table.
  "INSERT INTO booking (slot, who) VALUES (0, 0), (100, 0)",
];

const LOOK = "SELECT who FROM booking WHERE slot = 7";
const INSERT = "INSERT INTO booking (slot, who) VALUES (7, ?)";

describe.each(servers)("locks on $flavour $version", (server) => {
  describe("look whether the slot is free, then book it, without a unique key", () => {
    it.each<Isolation>(["REPEATABLE READ", "READ COMMITTED"])(
      "control: books twice at %s",
      async (isolation) => {
        await using race = await twoLines(server, isolation);
        expect(await race.lookThenBook(LOOK)).toEqual([0, 0]);
        expect(await race.bookings()).toBe(2);
      },
    );

    it("books once at SERIALIZABLE: one of the two is the victim of a deadlock", async () => {
      await using race = await twoLines(server, "SERIALIZABLE");
      expect((await race.lookThenBook(LOOK)).toSorted(byNumber)).toEqual([0, DEADLOCK]);
      expect(await race.bookings()).toBe(1);
    });

    it("books once with FOR UPDATE on the missing row at REPEATABLE READ, at the price of a deadlock", async () => {
      await using race = await twoLines(server, "REPEATABLE READ");
      expect((await race.lookThenBook(`${LOOK} FOR UPDATE`)).toSorted(byNumber)).toEqual([0, DEADLOCK]);
      expect(await race.bookings()).toBe(1);
    });

    it("control: books twice with FOR UPDATE on the missing row at READ COMMITTED, which locks no gap", async () => {
      await using race = await twoLines(server, "READ COMMITTED");
      expect(await race.lookThenBook(`${LOOK} FOR UPDATE`)).toEqual([0, 0]);
      expect(await race.bookings()).toBe(2);
    });
  });

  describe("who won, after an UPDATE that found the slot taken", () => {
    it.each<[Isolation, unknown]>([
      ["REPEATABLE READ", null],
      ["READ COMMITTED", 7],
    ])("is told at %s as %s by a plain read, and rightly by a locking one", async (isolation, seen) => {
      await using race = await twoLines(server, isolation);
      const { loser, winner } = race;
      await turnOffSnapshotIsolation(server, loser);
      await loser.must("START TRANSACTION");
      expect(only(await loser.must("SELECT booked_by FROM slot WHERE id = 1"))).toBeNull();
      await winner.must("UPDATE slot SET booked_by = 7 WHERE id = 1 AND booked_by IS NULL");
      const lost = await loser.must("UPDATE slot SET booked_by = 8 WHERE id = 1 AND booked_by IS NULL");
      expect(lost.affected).toBe(0);
      expect(only(await loser.must("SELECT booked_by FROM slot WHERE id = 1"))).toBe(seen);
      expect(only(await loser.must("SELECT booked_by FROM slot WHERE id = 1 FOR UPDATE"))).toBe(7);
    });

    it.runIf(server.flavour === "mariadb")(
      "ends the transaction with 1020 under MariaDB's snapshot isolation",
      async () => {
        await using race = await twoLines(server, "REPEATABLE READ");
        const { loser, winner } = race;
        await loser.must("SET SESSION innodb_snapshot_isolation = ON");
        await loser.must("START TRANSACTION");
        await loser.must("UPDATE slot SET booked_by = 9 WHERE id = 2");
        await loser.must("SELECT booked_by FROM slot WHERE id = 1");
        await winner.must("UPDATE slot SET booked_by = 7 WHERE id = 1 AND booked_by IS NULL");
        expect(
          (await loser.run("UPDATE slot SET booked_by = 8 WHERE id = 1 AND booked_by IS NULL")).errno,
        ).toBe(1020);
        await loser.must("COMMIT");
        expect(only(await winner.must("SELECT booked_by FROM slot WHERE id = 2"))).toBeNull();
      },
    );
  });

  describe.each<Isolation>(["REPEATABLE READ", "READ COMMITTED"])(
    "three inserts of one unique key at %s",
    (isolation) => {
      const ways = [
        { way: "INSERT", insert: "INSERT INTO one_each VALUES (5, ?)" },
        { way: "INSERT IGNORE", insert: "INSERT IGNORE INTO one_each VALUES (5, ?)" },
        {
          way: "ON DUPLICATE KEY UPDATE",
          insert: "INSERT INTO one_each VALUES (5, ?) ON DUPLICATE KEY UPDATE slot = slot",
        },
      ];

      it.each(ways)(
        "$way: the first rolls back, and one of the two that waited is the victim of a deadlock",
        async ({ insert }) => {
          await using race = await threeInserts(server, isolation, insert);
          await race.first.must("ROLLBACK");
          // Which of the two is not told; the other one's insert is in.
          const errors = await race.errors();
          expect(errors.toSorted(byNumber)).toEqual([0, DEADLOCK]);
        },
      );

      it("INSERT: the first commits, and those that waited are told of the duplicate", async () => {
        await using race = await threeInserts(server, isolation, ways[0]?.insert ?? "");
        await race.first.must("COMMIT");
        expect(await race.errors()).toEqual([DUPLICATE, DUPLICATE]);
      });

      it("INSERT IGNORE: the first commits, and those that waited insert nothing, with a warning", async () => {
        await using race = await threeInserts(server, isolation, ways[1]?.insert ?? "");
        await race.first.must("COMMIT");
        const said = await Promise.all(race.waiting.map(({ sent }) => sent.answer));
        expect(said).toMatchObject([
          { errno: 0, affected: 0, warnings: 1 },
          { errno: 0, affected: 0, warnings: 1 },
        ]);
      });

      it("ON DUPLICATE KEY UPDATE: the first commits, and those that waited go one after the other", async () => {
        await using race = await threeInserts(server, isolation, ways[2]?.insert ?? "");
        await race.first.must("COMMIT");
        await race.watch.until(async () => {
          await race.watch.untilSettled(race.waiting.map(({ line, sent }) => [line, sent]));
          return race.waiting.some(({ sent }) => sent.said !== undefined);
        });
        const ahead = race.waiting.find(({ sent }) => sent.said !== undefined);
        const behind = race.waiting.find((each) => each !== ahead);
        expect(ahead?.sent.said).toMatchObject({ errno: 0 });
        expect(behind?.sent.said).toBeUndefined();
        await ahead?.line.must("COMMIT");
        expect(await behind?.sent.answer).toMatchObject({ errno: 0 });
      });
    },
  );

  it("a lock time-out (1205) undoes its statement only: the transaction stays open, and COMMIT keeps what was before", async () => {
    await using race = await twoLines(server, "READ COMMITTED", { lockWait: 1 });
    const { loser, winner } = race;
    await winner.must("START TRANSACTION");
    await winner.must("UPDATE slot SET booked_by = 1 WHERE id = 1");
    await loser.must("START TRANSACTION");
    await loser.must("UPDATE slot SET booked_by = 2 WHERE id = 2");
    expect((await loser.run("UPDATE slot SET booked_by = 2 WHERE id IN (1, 3)")).errno).toBe(LOCK_TIMEOUT);
    await loser.must("COMMIT");
    await winner.must("ROLLBACK");
    const rows = await winner.must("SELECT booked_by FROM slot ORDER BY id");
    expect(rows.rows.map((row) => row["booked_by"])).toEqual([null, 2, null, null]);
  });

  it("a deadlock (1213) ends the transaction and its savepoints: what follows is committed by itself and cannot be taken back", async () => {
    await using race = await twoLines(server, "READ COMMITTED");
    const { loser, winner, watch } = race;
    // The lighter transaction is the victim, so the winner has written more.
    await winner.must("START TRANSACTION");
    await winner.must("UPDATE slot SET booked_by = 1 WHERE id IN (1, 2)");
    await winner.must("INSERT INTO booking (slot, who) VALUES (1, 1), (2, 1), (3, 1)");
    await loser.must("START TRANSACTION");
    await loser.must("SAVEPOINT here");
    await loser.must("UPDATE slot SET booked_by = 2 WHERE id = 3");
    const blocked = winner.send("UPDATE slot SET booked_by = 1 WHERE id = 3");
    await watch.untilWaits(winner, blocked);
    expect((await loser.run("UPDATE slot SET booked_by = 2 WHERE id = 1")).errno).toBe(DEADLOCK);
    expect(await blocked.answer).toMatchObject({ errno: 0 });
    expect((await loser.run("ROLLBACK TO here")).errno).toBe(1305);
    await loser.must("UPDATE slot SET booked_by = 2 WHERE id = 4");
    await loser.must("ROLLBACK");
    await winner.must("ROLLBACK");
    const rows = await winner.must("SELECT booked_by FROM slot ORDER BY id");
    expect(rows.rows.map((row) => row["booked_by"])).toEqual([null, null, null, 2]);
  });

  it("two that lock the same rows in opposite orders meet in a deadlock; in one order they wait for each other", async () => {
    await using race = await twoLines(server, "READ COMMITTED");
    const { loser: second, winner: first, watch } = race;
    const lock = (ids: string) => `SELECT id FROM slot WHERE id IN (${ids}) ORDER BY id FOR UPDATE`;
    await first.must("START TRANSACTION");
    await second.must("START TRANSACTION");
    await first.must(lock("1"));
    await second.must(lock("2"));
    const firstWaits = first.send(lock("2"));
    await watch.untilWaits(first, firstWaits);
    const secondWaits = second.send(lock("1"));
    const errors = (await Promise.all([firstWaits.answer, secondWaits.answer])).map(({ errno }) => errno);
    expect(errors.toSorted(byNumber)).toEqual([0, DEADLOCK]);
    for (const line of [first, second]) await line.must("ROLLBACK");

    await first.must("START TRANSACTION");
    await second.must("START TRANSACTION");
    await first.must(lock("1, 2"));
    const sorted = second.send(lock("2, 1"));
    await watch.untilWaits(second, sorted);
    await first.must("COMMIT");
    expect(await sorted.answer).toMatchObject({ errno: 0 });
  });

  it("NOWAIT is refused at once, with another number on each server; SKIP LOCKED passes by", async () => {
    await using race = await twoLines(server, "READ COMMITTED");
    const { loser, winner } = race;
    await winner.must("START TRANSACTION");
    await winner.must("SELECT id FROM slot WHERE id = 1 FOR UPDATE");
    await loser.must("START TRANSACTION");
    const refused = await loser.run("SELECT id FROM slot WHERE id = 1 FOR UPDATE NOWAIT");
    expect(refused.errno).toBe(server.flavour === "mysql" ? 3572 : LOCK_TIMEOUT);
    const passed = await loser.must("SELECT id FROM slot ORDER BY id FOR UPDATE SKIP LOCKED");
    expect(passed.rows).toEqual([{ id: 2 }, { id: 3 }, { id: 4 }]);
  });

  it.each([
    { sql: "SELECT id FROM slot WHERE id = 1 FOR SHARE", only: "mysql" },
    { sql: "SELECT s.id FROM slot s WHERE s.id = 1 FOR UPDATE OF s", only: "mysql" },
    { sql: "SELECT id FROM slot WHERE id = 1 FOR UPDATE WAIT 1", only: "mariadb" },
  ])("$sql is the language of $only alone", async ({ sql, only: flavour }) => {
    await using race = await twoLines(server, "READ COMMITTED");
    expect((await race.loser.run(sql)).errno).toBe(server.flavour === flavour ? 0 : 1064);
  });

  it.runIf(server.ours)(
    "a server that becomes read-only refuses the next write, and COMMIT as well (1290)",
    async () => {
      await using database = await scratchDatabase(server, { tables: TABLES });
      await using stack = new AsyncDisposableStack();
      const line = stack.use(await ordinaryLine(server, database, stack));
      await line.must("START TRANSACTION");
      await line.must("UPDATE slot SET booked_by = 1 WHERE id = 1");
      await onServer(server, ["SET GLOBAL read_only = 1"]);
      stack.defer(() => onServer(server, ["SET GLOBAL read_only = 0"]));
      expect((await line.run("UPDATE slot SET booked_by = 1 WHERE id = 2")).errno).toBe(1290);
      expect((await line.run("COMMIT")).errno).toBe(1290);
      await line.run("ROLLBACK");
      await using other = await Line.open(database.url);
      expect(only(await other.must("SELECT COUNT(*) FROM slot WHERE booked_by IS NOT NULL"))).toBe(0);
    },
  );
});

interface TwoLines extends AsyncDisposable {
  readonly winner: Line;
  readonly loser: Line;
  readonly watch: LockWatch;
  /** Both look, then both insert, then both commit; answers what the inserts were told. */
  lookThenBook(look: string): Promise<readonly number[]>;
  bookings(): Promise<unknown>;
}

async function twoLines(
  server: ServerUnderTest,
  isolation: Isolation,
  more: { readonly lockWait?: number } = {},
): Promise<TwoLines> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await scratchDatabase(server, { tables: TABLES }));
  const lines = stack.use(await openLines(database.url, 2, { isolation, ...more }));
  const watch = stack.use(await LockWatch.open(database.url));
  const [winner, loser] = [lines.at(0), lines.at(1)];
  const owned = stack.move();
  return {
    winner,
    loser,
    watch,
    async lookThenBook(look) {
      for (const line of lines.all) {
        await line.must("START TRANSACTION");
        expect((await line.must(look)).rows).toEqual([]);
      }
      const first = winner.send(INSERT, [1]);
      await watch.untilSettled([[winner, first]]);
      const second = loser.send(INSERT, [2]);
      const errors = (await Promise.all([first.answer, second.answer])).map(({ errno }) => errno);
      for (const line of lines.all) await line.must("COMMIT");
      return errors;
    },
    bookings: async () => only(await winner.must("SELECT COUNT(*) FROM booking WHERE slot = 7")),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Three transactions insert the same key: one is in, two wait for it, the second of them behind the first. */
async function threeInserts(server: ServerUnderTest, isolation: Isolation, insert: string) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await scratchDatabase(server, { tables: TABLES }));
  const lines = stack.use(await openLines(database.url, 3, { isolation }));
  const watch = stack.use(await LockWatch.open(database.url));
  for (const line of lines.all) await line.must("START TRANSACTION");
  await lines.at(0).must(insert, [0]);
  const waiting: { readonly line: Line; readonly sent: Sent }[] = [];
  for (const place of [1, 2]) {
    const line = lines.at(place);
    const sent = line.send(insert, [place]);
    await watch.untilWaits(line, sent);
    waiting.push({ line, sent });
  }
  const owned = stack.move();
  return {
    first: lines.at(0),
    waiting,
    watch,
    errors: async () => (await Promise.all(waiting.map(({ sent }) => sent.answer))).map(({ errno }) => errno),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** MariaDB 11.6 and newer has it on from the start. */
async function turnOffSnapshotIsolation(server: ServerUnderTest, line: Line): Promise<void> {
  if (server.flavour === "mariadb") await line.must("SET SESSION innodb_snapshot_isolation = OFF");
}

/** A connection without the privilege to write on a read-only server, which the tests' own account has. */
async function ordinaryLine(
  server: ServerUnderTest,
  database: Scratch,
  stack: AsyncDisposableStack,
): Promise<Line> {
  const account = `'${database.name.slice(-12)}'@'localhost'`;
  await onServer(server, [
    `CREATE USER ${account} IDENTIFIED BY 'plain-account-1'`,
    `GRANT ALL ON ${database.name}.* TO ${account}`,
  ]);
  stack.defer(() => onServer(server, [`DROP USER ${account}`]));
  const url = new URL(database.url);
  url.username = database.name.slice(-12);
  url.password = "plain-account-1";
  return Line.open(url.href);
}

function byNumber(left: number, right: number): number {
  return left - right;
}
