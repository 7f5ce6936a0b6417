import { describe, expect, test } from "vitest";
import { testDatabase } from "./test-database.ts";

async function one(sql: string, values: readonly unknown[] = []): Promise<unknown> {
  const { line } = testDatabase();
  const { rows, error } = await (await line()).run(`SELECT ${sql} AS it`, values);
  expect(error).toBe(0);
  return rows[0]?.["it"];
}

describe("expressions", () => {
  test.each([
    ["NULL = NULL", null],
    ["NULL <=> NULL", 1],
    ["1 <=> NULL", 0],
    ["NOT NULL", null],
    ["NULL AND FALSE", 0],
    ["NULL OR TRUE", 1],
    ["1 IN (2, NULL)", null],
    ["1 IN (1, NULL)", 1],
    ["3 NOT IN (1, 2)", 1],
    ["'a' = 'A'", 1],
    ["'a' = 'a  '", 1],
    ["'a' COLLATE utf8mb4_bin = 'A'", 0],
    ["'10' = 10", 1],
    ["'5x' + 1", 6],
    ["7 DIV 2", 3],
    ["-7 DIV 2", -3],
    ["-7 % 3", -1],
    ["2 + 3 * 4 - 1", 13],
    ["GREATEST(1, 3, 2)", 3],
    ["GREATEST(1, NULL)", null],
    ["IF(NULL, 'then', 'else')", "else"],
    ["CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END", "two"],
    ["CASE WHEN 1 > 2 THEN 'x' END", null],
    ["RIGHT('2026-11-22', 2)", "22"],
    ["CAST('12' AS SIGNED)", 12],
    ["5 BETWEEN 1 AND 5", 1],
    ["'calendar:x' LIKE 'calendar:%'", 1],
    ["'a%c' LIKE 'a\\\\%c'", 1],
    ["COALESCE(NULL, 'x')", "x"],
    [`JSON_UNQUOTE(JSON_EXTRACT('{"doctor":"d1"}', '$.doctor'))`, "d1"],
    [`JSON_EXTRACT('{"doctor":"d1"}', '$.doctor')`, '"d1"'],
    [`JSON_EXTRACT('{"doctor":"d1"}', '$.patient')`, null],
    ["5 % 0", null],
    ["'ÄSOP' LIKE 'äs%'", 1],
    ["(SELECT MAX(id) FROM slot)", 3],
    ["2 IN (SELECT id FROM slot)", 1],
  ])("%s", async (sql, expected) => {
    expect(await one(sql)).toEqual(expected);
  });

  test("the time is the database's own, in ms", async () => {
    const { line, time } = testDatabase();
    const sql = "SELECT CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED) AS now";
    await time.advance(1_234);
    expect((await (await line()).run(sql)).rows).toEqual([{ now: time.now() }]);
  });

  test("a DECIMAL comes as text, as from the driver", async () => {
    expect(await one("(SELECT SUM(id) FROM slot)")).toBe("6");
  });

  test("parameters stand for values and for lists", async () => {
    expect(await one("? IN (?)", [2, [1, 2]])).toBe(1);
    expect(
      await one("(1, 'a') IN (?)", [
        [
          [1, "b"],
          [1, "a"],
        ],
      ]),
    ).toBe(1);
    expect(await one("?", [true])).toBe(1);
    expect((await (await testDatabase().line()).run("SELECT 1 FROM slot WHERE id IN (?)", [[]])).error).toBe(
      1064,
    );
  });
});

describe("SELECT", () => {
  async function rows(sql: string, values: readonly unknown[] = []) {
    const { line } = testDatabase();
    const client = await line();
    await client.run(
      "INSERT INTO visit (slot_id, place, name, minutes) VALUES (1, 'here', 'Äsop', 5), (1, 'there', 'asop', 10)",
    );
    await client.run("INSERT INTO visit (slot_id, name, minutes) VALUES (NULL, 'b', 15)");
    const { rows, error } = await client.run(sql, values);
    expect(error).toBe(0);
    return rows.map((row) => Object.values(row));
  }

  test.each<[string, unknown[][]]>([
    [
      "SELECT s.id, v.minutes FROM slot s JOIN visit v ON v.slot_id = s.id ORDER BY v.minutes",
      [
        [1, 5],
        [1, 10],
      ],
    ],
    [
      "SELECT s.id, v.minutes FROM slot s LEFT JOIN visit v ON v.slot_id = s.id AND v.minutes > 5 ORDER BY s.id",
      [
        [1, 10],
        [2, null],
        [3, null],
      ],
    ],
    [
      "SELECT s.id FROM slot s LEFT JOIN visit v ON v.slot_id = s.id WHERE v.id IS NULL ORDER BY s.id DESC",
      [[3], [2]],
    ],
    ["SELECT name FROM visit WHERE name = 'ASOP' ORDER BY id", [["Äsop"], ["asop"]]],
    [
      "SELECT slot_id, COUNT(*), MAX(minutes) FROM visit GROUP BY slot_id ORDER BY slot_id",
      [
        [null, 1, 15],
        [1, 2, 10],
      ],
    ],
    ["SELECT COUNT(*), MIN(minutes) FROM visit WHERE id > 100", [[0, null]]],
    ["SELECT DISTINCT place FROM visit ORDER BY place", [["here"], ["there"]]],
    ["SELECT id FROM slot WHERE id < 3 UNION SELECT id FROM slot WHERE id < 2", [[1], [2]]],
    ["SELECT id FROM slot ORDER BY id DESC LIMIT 2 OFFSET 1", [[2], [1]]],
    ["SELECT t.top FROM (SELECT MAX(minutes) AS top FROM visit) t", [[15]]],
    ["SELECT id FROM slot WHERE (id = 1 OR holder = 5) OR FALSE", [[1]]],
    ["SELECT id FROM slot WHERE note > 'a' ORDER BY note", [[2], [3]]],
    ["SELECT s.* FROM slot s WHERE s.id = 2", [[2, null, "b"]]],
  ])("%s", async (sql, expected) => {
    const found = await rows(sql);
    expect(found).toEqual(expected);
  });

  test("ascii_bin tells case apart, utf8mb4_unicode_ci neither case nor accents", async () => {
    expect(await rows("SELECT id FROM slot WHERE note = 'A'")).toEqual([]);
    expect(await rows("SELECT COUNT(*) FROM visit WHERE name = 'ÁSOP'")).toEqual([[2]]);
  });
});

describe("bytes", () => {
  const FIRST = Uint8Array.of(0, 255, 128, 39);
  const SECOND = Uint8Array.of(7);

  async function withPages() {
    const { line, database } = testDatabase();
    const client = await line();
    const rows = [
      [1, 1, FIRST],
      [1, 2, SECOND],
      [2, 1, SECOND],
    ];
    expect((await client.run("INSERT INTO page (book, number, bytes) VALUES ?", [rows])).error).toBe(0);
    return { client, numbers: () => database.rows("page").map(({ book, number }) => [book, number]) };
  }

  test("come back as they were given", async () => {
    const { client } = await withPages();
    const { rows } = await client.run(
      "SELECT bytes FROM page WHERE book = ? AND number = (SELECT MIN(p.number) FROM page p WHERE p.book = ?)",
      [1, 1],
    );
    expect(rows).toEqual([{ bytes: Buffer.from(FIRST) }]);
  });

  test("are of the moment at which they were given", async () => {
    const { client } = await withPages();
    const given = Uint8Array.of(1, 2);
    await client.run("INSERT INTO page (book, number, bytes) VALUES (3, 1, ?)", [given]);
    given[0] = 9;
    const { rows } = await client.run("SELECT bytes FROM page WHERE book = 3");
    expect(rows).toEqual([{ bytes: Buffer.of(1, 2) }]);
  });

  test.each([
    "SELECT COUNT(*) FROM page WHERE bytes = ?",
    "SELECT COUNT(*) FROM page WHERE bytes IN (?)",
    "INSERT INTO slot (id, note) VALUES (9, ?)",
  ])("are no text: %s", async (sql) => {
    const { client } = await withPages();
    await expect(client.bare.query(sql, [SECOND])).rejects.toThrow("the model database");
  });

  test("DELETE takes the first ones in the order of an index", async () => {
    const { client, numbers } = await withPages();
    const { affected } = await client.run(
      "DELETE FROM page WHERE book = ? AND number <= ? ORDER BY number LIMIT 1",
      [1, 2],
    );
    expect(affected).toBe(1);
    expect(numbers()).toEqual([
      [1, 2],
      [2, 1],
    ]);
    await expect(client.bare.query("DELETE FROM page WHERE book = 2 ORDER BY bytes LIMIT 1")).rejects.toThrow(
      "in an order that no index brings",
    );
  });
});
