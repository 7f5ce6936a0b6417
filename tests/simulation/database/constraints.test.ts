import { describe, expect, test } from "vitest";
import { type Line, testDatabase } from "./test-database.ts";

async function client(): Promise<Line & { readonly visits: () => readonly Record<string, unknown>[] }> {
  const { line, database } = testDatabase();
  return { ...(await line()), visits: () => database.rows("visit") };
}

describe("what a table refuses", () => {
  test.each<[string, string, number]>([
    ["a primary key that is there", "INSERT INTO slot (id) VALUES (1)", 1062],
    ["a value twice in one statement", "INSERT INTO slot (id, holder) VALUES (8, 1), (9, 1)", 1062],
    ["NULL where none may be", "INSERT INTO visit (minutes) VALUES (NULL)", 1048],
    ["no value where there is no default", "INSERT INTO visit (name) VALUES ('x')", 1364],
    ["text that is too long", "UPDATE slot SET note = 'abcdef' WHERE id = 1", 1406],
    ["what is not ASCII in an ASCII column", "UPDATE slot SET note = 'ä' WHERE id = 1", 1366],
    ["a number out of range", "UPDATE slot SET holder = 2147483648 WHERE id = 1", 1264],
    ["text that is no number", "UPDATE slot SET holder = 'x' WHERE id = 1", 1366],
    ["text that only begins as a number", "UPDATE slot SET holder = '1x' WHERE id = 1", 1265],
    ["a division by zero", "UPDATE slot SET holder = 1 % 0 WHERE id = 1", 1365],
    ["what a CHECK says no to", "INSERT INTO visit (minutes) VALUES (7)", 4025],
    ["pointing at nothing", "INSERT INTO visit (slot_id, minutes) VALUES (99, 5)", 1452],
    ["a value for a generated column", "INSERT INTO visit (minutes, twice) VALUES (5, 1)", 1906],
    ["rows of different widths", "INSERT INTO slot (id, note) VALUES (8, 'x'), (9)", 1136],
  ])("%s", async (_, sql, error) => {
    expect((await (await client()).run(sql)).error).toBe(error);
  });

  test("taking away what something points at", async () => {
    const { run } = await client();
    await run("INSERT INTO visit (slot_id, minutes) VALUES (1, 5)");
    expect((await run("DELETE FROM slot WHERE id = 1")).error).toBe(1451);
    expect((await run("UPDATE slot SET id = 7 WHERE id = 1")).error).toBe(1451);
    expect((await run("UPDATE visit SET slot_id = NULL WHERE slot_id = 1")).affected).toBe(1);
    expect((await run("DELETE FROM slot WHERE id = 1")).affected).toBe(1);
  });

  test("names the key and quotes the value, as the driver hands it on", async () => {
    const { bare } = await client();
    await expect(bare.query("INSERT INTO slot (id) VALUES (1)")).rejects.toMatchObject({
      errno: 1062,
      code: "ER_DUP_ENTRY",
      sqlState: "23000",
      sqlMessage: "Duplicate entry '1' for key 'PRIMARY'",
    });
  });
});

test("a statement that fails undoes itself wholly, and only itself", async () => {
  const { run, visits } = await client();
  await run("START TRANSACTION");
  await run("INSERT INTO visit (name, minutes) VALUES ('kept', 5)");
  expect((await run("INSERT INTO visit (name, minutes) VALUES ('x', 5), ('y', 7)")).error).toBe(4025);
  await run("COMMIT");
  expect(visits().map(({ name }) => name)).toEqual(["kept"]);
});

test("NULL stands in a unique key as often as wanted", async () => {
  const { run, visits } = await client();
  await run("INSERT INTO visit (slot_id, minutes) VALUES (NULL, 5), (NULL, 5)");
  expect(visits()).toHaveLength(2);
});

test("a generated column follows what it is made of, and a default stands in", async () => {
  const { run, visits } = await client();
  await run("INSERT INTO visit (minutes) VALUES (5), (0)");
  expect(visits()).toMatchObject([
    { place: "here", minutes: 5, twice: 10 },
    { minutes: 0, twice: null },
  ]);
  await run("UPDATE visit SET minutes = 15 WHERE id = 1");
  expect(visits()[0]).toMatchObject({ minutes: 15, twice: 30 });
});

test("spaces at the end are cut where there is no room for them, and compare as nothing", async () => {
  const { run } = await client();
  expect((await run("UPDATE slot SET note = 'abcde   ' WHERE id = 1")).error).toBe(0);
  expect((await run("SELECT id FROM slot WHERE note = 'abcde '")).rows).toEqual([{ id: 1 }]);
});

describe("AUTO_INCREMENT", () => {
  test("numbers that were taken are never given back", async () => {
    const { run, visits } = await client();
    await run("START TRANSACTION");
    await run("INSERT INTO visit (minutes) VALUES (5), (5)");
    await run("ROLLBACK");
    await run("INSERT INTO visit (minutes) VALUES (5)");
    expect(visits().map(({ id }) => id)).toEqual([3]);
  });

  test("ON DUPLICATE KEY UPDATE takes a number for each of its rows before it begins", async () => {
    const { run, visits } = await client();
    await run("INSERT INTO visit (slot_id, minutes) VALUES (1, 5)");
    await run(
      "INSERT INTO visit (slot_id, minutes) VALUES (2, 5), (1, 5), (3, 5) ON DUPLICATE KEY UPDATE minutes = 10",
    );
    await run("INSERT INTO visit (minutes) VALUES (5)");
    expect(visits().map(({ id, minutes }) => [id, minutes])).toEqual([
      [1, 10],
      [2, 5],
      [3, 5],
      [5, 5],
    ]);
  });

  test("what a table refuses before it looks for a place takes no number", async () => {
    const { run, visits } = await client();
    expect((await run("INSERT INTO visit (minutes) VALUES (7)")).error).toBe(4025);
    expect((await run("INSERT INTO visit (slot_id, minutes) VALUES (99, 5)")).error).toBe(1452);
    await run("INSERT INTO visit (minutes) VALUES (5)");
    expect(visits().map(({ id }) => id)).toEqual([2]);
  });

  test("a number that is given moves the next one", async () => {
    const { run, visits } = await client();
    await run("INSERT INTO visit (id, minutes) VALUES (10, 5)");
    await run("INSERT INTO visit (minutes) VALUES (5)");
    expect(visits().map(({ id }) => id)).toEqual([10, 11]);
  });
});

describe("counts of rows", () => {
  test("an update counts what it changed", async () => {
    const { run } = await client();
    expect((await run("UPDATE slot SET note = 'x' WHERE id IN (1, 2)")).affected).toBe(2);
    expect((await run("UPDATE slot SET note = 'x' WHERE id IN (1, 2, 3)")).affected).toBe(1);
  });

  test("ON DUPLICATE KEY UPDATE: one for new, two for changed, none for the same", async () => {
    const { run } = await client();
    const insert = "INSERT INTO slot (id, note) VALUES ? ON DUPLICATE KEY UPDATE note = VALUES(note)";
    expect((await run(insert, [[[9, "x"]]])).affected).toBe(1);
    expect((await run(insert, [[[9, "y"]]])).affected).toBe(2);
    expect((await run(insert, [[[9, "y"]]])).affected).toBe(0);
  });
});

test("ON DUPLICATE KEY UPDATE assigns from left to right, each seeing what the one before it made", async () => {
  const { run, visits } = await client();
  const insert = `INSERT INTO visit (slot_id, name, minutes) VALUES (1, 'new', 10)
    ON DUPLICATE KEY UPDATE name = IF(name <=> VALUES(name), 'same', 'other'), minutes = IF(name = 'other', 25, minutes)`;
  await run("INSERT INTO visit (slot_id, name, minutes) VALUES (1, 'old', 5)");
  await run(insert);
  expect(visits()).toMatchObject([{ name: "other", minutes: 25 }]);
});

test("ON DUPLICATE KEY UPDATE changes the row it meets first when two keys are taken", async () => {
  const { line, database } = testDatabase();
  const { run } = await line();
  await run("UPDATE slot SET holder = 20 WHERE id = 2");
  await run("INSERT INTO slot (id, holder) VALUES (1, 20) ON DUPLICATE KEY UPDATE note = 'hit'");
  expect(database.rows("slot").map(({ note }) => note)).toEqual(["hit", "b", "c"]);
});

test("an update over a join with given values writes each row it finds", async () => {
  const { line, database } = testDatabase();
  const { run } = await line();
  const { affected } = await run(
    "UPDATE slot t JOIN (SELECT ? AS id, ? AS note UNION ALL SELECT ?, ? UNION ALL SELECT ?, ?) v ON t.id = v.id SET t.note = v.note",
    [1, "x", 2, "b", 77, "z"],
  );
  expect(affected).toBe(1);
  expect(database.rows("slot").map(({ note }) => note)).toEqual(["x", "b", "c"]);
});
