import { describe, expect, it } from "vitest";
import { type Line, only, openLines } from "./support/line.ts";
import { LockWatch } from "./support/lock-watch.ts";
import { scratchDatabase, servers, type ServerUnderTest } from "./support/servers.ts";

/** Jobs that run on several servers at once: cleaning up what is over, against each other and against a confirmation; leases; locks by name. */

const HOLDS = 300;
const CLAIM = 50;

const TABLES = [
  // No second index: where the two come to the same rows on different paths, a claim on MySQL keeps locks on entries of rows that it skipped.
  "CREATE TABLE hold (id INT PRIMARY KEY, state VARCHAR(9) NOT NULL, until INT NOT NULL)",
  "CREATE TABLE event (id INT AUTO_INCREMENT PRIMARY KEY, hold_id INT NOT NULL, what VARCHAR(9) NOT NULL)",
  "CREATE TABLE lease (name VARCHAR(20) PRIMARY KEY, owner INT, epoch INT NOT NULL, until DATETIME(3) NOT NULL)",
  "INSERT INTO lease VALUES ('cleaner', NULL, 0, '2000-01-01')",
  `INSERT INTO hold WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM n WHERE id < ${HOLDS}) SELECT id, 'held', 0 FROM n`,
];

const OVER = "state = 'held' AND until < 1";

/** A part of a cleaner's work, after which the other one may come. Answers whether there is more to do. */
type Step = (line: Line) => Promise<boolean>;

describe.each(servers)("two cleaners at once on $flavour $version", (server) => {
  it("control: look, then update, then tell, announces every expiry twice", async () => {
    await using house = await openHouse(server);
    const found = new Map<Line, number[]>();
    await house.inTurns([
      async (line) => {
        found.set(line, await house.idsOf(line, `SELECT id FROM hold WHERE ${OVER}`));
        return true;
      },
      async (line) => {
        await line.must("UPDATE hold SET state = 'expired' WHERE id IN (?)", [found.get(line) ?? []]);
        await house.announce(line, found.get(line) ?? []);
        return false;
      },
    ]);
    expect(await house.events()).toEqual({ all: 2 * HOLDS, different: HOLDS });
  });

  it("an update of each row with its condition, and an announcement where it changed one, announces each once", async () => {
    await using house = await openHouse(server);
    const clean = async (line: Line): Promise<void> => {
      for (const id of await house.idsOf(line, `SELECT id FROM hold WHERE ${OVER}`)) {
        await line.must("START TRANSACTION");
        const changed = await line.must(`UPDATE hold SET state = 'expired' WHERE id = ? AND ${OVER}`, [id]);
        if (changed.affected === 1) await house.announce(line, [id]);
        await line.must("COMMIT");
      }
    };
    await Promise.all(house.lines.map(clean));
    expect(await house.events()).toEqual({ all: HOLDS, different: HOLDS });
  });

  it("claiming with SKIP LOCKED announces each once, and neither cleaner waits for the other", async () => {
    await using house = await openHouse(server);
    const claimed = new Map<Line, number[]>();
    await house.inTurns([
      async (line) => {
        await line.must("START TRANSACTION");
        const claim = `SELECT id FROM hold WHERE ${OVER} ORDER BY id LIMIT ${CLAIM} FOR UPDATE SKIP LOCKED`;
        claimed.set(line, await house.idsOf(line, claim));
        return (claimed.get(line) ?? []).length > 0;
      },
      async (line) => {
        const ids = claimed.get(line) ?? [];
        await line.must("UPDATE hold SET state = 'expired' WHERE id IN (?)", [ids]);
        await house.announce(line, ids);
        await line.must("COMMIT");
        return true;
      },
    ]);
    expect(await house.events()).toEqual({ all: HOLDS, different: HOLDS });
  });

  describe("an expiry and a confirmation of the same hold", () => {
    const look = "SELECT state FROM hold WHERE id = 1";

    it("control: both come true where each looks first and then writes", async () => {
      await using house = await openHouse(server);
      const [cleaner, patient] = house.lines;
      for (const line of [cleaner, patient]) expect(only(await line.must(look))).toBe("held");
      for (const [line, state] of [
        [patient, "confirmed"],
        [cleaner, "expired"],
      ] as const) {
        await line.must("UPDATE hold SET state = ? WHERE id = 1", [state]);
        await house.announce(line, [1], state);
      }
      expect(await house.events()).toEqual({ all: 2, different: 1 });
    });

    it.each([0, 1])(
      "one comes true where the condition is in the UPDATE (the other one waits; %i first)",
      async (first) => {
        await using house = await openHouse(server);
        const order = first === 0 ? house.lines : house.lines.toReversed();
        const change = "UPDATE hold SET state = ? WHERE id = 1 AND state = 'held'";
        const [ahead, behind] = order as [Line, Line];
        await ahead.must("START TRANSACTION");
        await behind.must("START TRANSACTION");
        expect((await ahead.must(change, ["confirmed"])).affected).toBe(1);
        const waits = behind.send(change, ["expired"]);
        await house.watch.untilWaits(behind, waits);
        await ahead.must("COMMIT");
        expect((await waits.answer).affected).toBe(0);
        await behind.must("COMMIT");
        expect(only(await ahead.must(look))).toBe("confirmed");
      },
    );
  });

  it("a lease goes to one of two, and its number keeps out who held it before", async () => {
    await using house = await openHouse(server);
    const [first, second] = house.lines;
    const take = `UPDATE lease SET owner = ?, epoch = epoch + 1, until = UTC_TIMESTAMP(3) + INTERVAL 15 SECOND
      WHERE name = 'cleaner' AND until < UTC_TIMESTAMP(3)`;
    const taken = await Promise.all([first.must(take, [1]), second.must(take, [2])]);
    expect(taken.reduce((sum, { affected }) => sum + affected, 0)).toBe(1);
    // The first owner is paused past its lease; another one takes over.
    const old = Number(only(await first.must("SELECT epoch FROM lease")));
    await second.must("UPDATE lease SET until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND");
    expect((await second.must(take, [2])).affected).toBe(1);
    const fenced =
      "UPDATE hold SET state = 'expired' WHERE id = 1 AND ? = (SELECT epoch FROM lease WHERE name = 'cleaner')";
    expect((await first.must(fenced, [old])).affected).toBe(0);
    expect((await second.must(fenced, [old + 1])).affected).toBe(1);
  });

  describe("GET_LOCK, which is not used", () => {
    it("survives ROLLBACK and COMMIT, and rides on its connection to whoever uses that next", async () => {
      await using house = await openHouse(server);
      const [holder, other] = house.lines;
      await holder.must("START TRANSACTION");
      expect(only(await holder.must("SELECT GET_LOCK('job', 0)"))).toBe(1);
      await holder.must("ROLLBACK");
      expect(only(await other.must("SELECT GET_LOCK('job', 0)"))).toBe(0);
      expect(only(await holder.must("SELECT GET_LOCK('job', 0)"))).toBe(1);
    });

    it("counts: taken twice, it has to be given back twice", async () => {
      await using house = await openHouse(server);
      const [holder, other] = house.lines;
      for (let times = 0; times < 2; times++) await holder.must("SELECT GET_LOCK('twice', 0)");
      await holder.must("SELECT RELEASE_LOCK('twice')");
      expect(only(await other.must("SELECT GET_LOCK('twice', 0)"))).toBe(0);
      await holder.must("SELECT RELEASE_LOCK('twice')");
      expect(only(await other.must("SELECT GET_LOCK('twice', 0)"))).toBe(1);
    });

    it("refuses long names on MySQL alone", async () => {
      await using house = await openHouse(server);
      const said = await house.lines[0].run("SELECT GET_LOCK(?, 0)", ["n".repeat(65)]);
      expect(said.errno).toBe(server.flavour === "mysql" ? 4163 : 0);
    });
  });
});

async function openHouse(server: ServerUnderTest) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await scratchDatabase(server, { tables: TABLES }));
  const opened = stack.use(await openLines(database.url, 2));
  const watch = stack.use(await LockWatch.open(database.url));
  const lines: readonly [Line, Line] = [opened.at(0), opened.at(1)];
  const owned = stack.move();
  return {
    lines,
    watch,
    /** Both do the first step, one after the other, then both the next, and from the start again, until one has no more to do. */
    async inTurns(steps: readonly Step[]): Promise<void> {
      const idle = new Set<Line>();
      while (idle.size < lines.length) {
        for (const step of steps) {
          for (const line of lines) if (!idle.has(line) && !(await step(line))) idle.add(line);
        }
      }
    },
    idsOf: async (line: Line, sql: string): Promise<number[]> =>
      (await line.must(sql)).rows.map((row) => Number(row["id"])),
    async announce(line: Line, ids: readonly number[], what = "expired"): Promise<void> {
      await line.must("INSERT INTO event (hold_id, what) VALUES ?", [ids.map((id) => [id, what])]);
    },
    async events() {
      const [row] = (
        await lines[0].must("SELECT COUNT(*) AS `all`, COUNT(DISTINCT hold_id) AS different FROM event")
      ).rows;
      return row;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
