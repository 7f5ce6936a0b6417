import { describe, expect, it } from "vitest";
import { Line, only } from "./support/line.ts";
import { scratchDatabase, servers, type ServerUnderTest } from "./support/servers.ts";

/** What INSERT IGNORE and ON DUPLICATE KEY UPDATE do beside what one means: why the product uses neither to find out who won. */

const TABLES = [
  "CREATE TABLE parent (id INT PRIMARY KEY)",
  `CREATE TABLE child (
     id INT AUTO_INCREMENT PRIMARY KEY, k INT UNIQUE, name VARCHAR(3) NOT NULL DEFAULT 'x', small TINYINT, kind ENUM('a', 'b'), parent_id INT,
     odd INT, CONSTRAINT is_odd CHECK (odd % 2 = 1), FOREIGN KEY (parent_id) REFERENCES parent (id))`,
  "CREATE TABLE two_keys (id INT AUTO_INCREMENT PRIMARY KEY, k1 INT UNIQUE, k2 INT UNIQUE, name VARCHAR(9))",
];

describe.each(servers)("inserts on $flavour $version", (server) => {
  describe("INSERT IGNORE turns off strictness for its statement", () => {
    it.each([
      {
        what: "a text that is too long is cut",
        column: "name",
        value: "abcdef",
        refused: 1406,
        stored: "abc",
      },
      { what: "NULL becomes an empty text", column: "name", value: null, refused: 1048, stored: "" },
      {
        what: "a number that is too large becomes the largest",
        column: "small",
        value: 5000,
        refused: 1264,
        stored: 127,
      },
      {
        what: "a word that an enum does not know becomes an empty one",
        column: "kind",
        value: "z",
        refused: 1265,
        stored: "",
      },
    ])("$what", async ({ column, value, refused, stored }) => {
      await using table = await openTable(server);
      expect((await table.line.run(`INSERT INTO child (${column}) VALUES (?)`, [value])).errno).toBe(refused);
      // A row of values, since some servers pardon a NULL in a statement of one row only.
      const rows = `INSERT IGNORE INTO child (k, ${column}) VALUES (1, ?), (2, ?)`;
      expect(await table.line.must(rows, [value, value])).toMatchObject({ affected: 2 });
      expect(only(await table.line.must(`SELECT ${column} FROM child WHERE k = 1`))).toBe(stored);
    });

    it("a row without its parent is left out silently", async () => {
      await using table = await openTable(server);
      expect((await table.line.run("INSERT INTO child (parent_id) VALUES (9)")).errno).toBe(1452);
      expect(await table.line.run("INSERT IGNORE INTO child (parent_id) VALUES (9)")).toMatchObject({
        errno: 0,
        affected: 0,
      });
      expect(await table.count()).toBe(0);
    });

    it("a row that a CHECK refuses is left out by MySQL and refused by MariaDB", async () => {
      await using table = await openTable(server);
      const said = await table.line.run("INSERT IGNORE INTO child (odd) VALUES (2)");
      expect(said).toMatchObject(
        server.flavour === "mysql" ? { errno: 0, affected: 0, warnings: 1 } : { errno: 4025 },
      );
      expect(await table.count()).toBe(0);
    });

    it("numbers are used up by rows that were left out", async () => {
      await using table = await openTable(server);
      await table.line.must("INSERT INTO child (k) VALUES (1)");
      for (let again = 0; again < 3; again++)
        await table.line.must("INSERT IGNORE INTO child (k) VALUES (1)");
      expect((await table.line.must("INSERT INTO child (k) VALUES (2)")).insertId).toBeGreaterThan(2);
    });
  });

  describe("ON DUPLICATE KEY UPDATE of a column to itself", () => {
    it.each([
      { column: "name", value: "abcdef", refused: 1406 },
      { column: "small", value: 5000, refused: 1264 },
      { column: "kind", value: "z", refused: 1265 },
      { column: "parent_id", value: 9, refused: 1452 },
      { column: "odd", value: 2, refused: server.flavour === "mysql" ? 3819 : 4025 },
    ])("stays strict about $column", async ({ column, value, refused }) => {
      await using table = await openTable(server);
      const said = await table.line.run(
        `INSERT INTO child (k, ${column}) VALUES (1, ?) ON DUPLICATE KEY UPDATE k = child.k`,
        [value],
      );
      expect(said.errno).toBe(refused);
      expect(await table.count()).toBe(0);
    });

    it("leaves the row that is there alone, and is no error", async () => {
      await using table = await openTable(server);
      await table.line.must("INSERT INTO child (k, name) VALUES (1, 'one')");
      expect(
        await table.line.run(
          "INSERT INTO child (k, name) VALUES (1, 'two') ON DUPLICATE KEY UPDATE k = child.k",
        ),
      ).toMatchObject({ errno: 0 });
      expect(only(await table.line.must("SELECT name FROM child"))).toBe("one");
    });
  });

  describe("the count of rows", () => {
    const same = "UPDATE child SET name = 'one' WHERE k = 1";
    const odku = (name: string) =>
      `INSERT INTO child (k, name) VALUES (1, '${name}') ON DUPLICATE KEY UPDATE name = '${name}'`;

    it("is of rows found with the driver as it comes: it does not tell 'inserted' from 'was there'", async () => {
      await using table = await openTable(server, true);
      expect((await table.line.must(odku("one"))).affected).toBe(1);
      expect((await table.line.must(odku("one"))).affected).toBe(1);
      expect((await table.line.must(same)).affected).toBe(1);
    });

    it("is of rows changed as the product sets the driver up", async () => {
      await using table = await openTable(server);
      expect((await table.line.must(odku("one"))).affected).toBe(1);
      expect((await table.line.must(odku("one"))).affected).toBe(0);
      expect((await table.line.must(odku("two"))).affected).toBe(2);
      expect((await table.line.must("UPDATE child SET name = 'two' WHERE k = 1")).affected).toBe(0);
    });
  });

  it("ON DUPLICATE KEY UPDATE overwrites one row only where two keys hit two rows", async () => {
    await using table = await openTable(server);
    await table.line.must("INSERT INTO two_keys (k1, k2, name) VALUES (1, 1, 'first'), (2, 2, 'second')");
    await table.line.must(
      "INSERT INTO two_keys (k1, k2, name) VALUES (1, 2, 'third') ON DUPLICATE KEY UPDATE name = 'third'",
    );
    const names = await table.line.must("SELECT name FROM two_keys ORDER BY k1");
    expect(names.rows).toEqual([{ name: "third" }, { name: "second" }]);
  });

  it("VALUES() is understood by both, with a warning on MySQL; the row's alias by MySQL alone", async () => {
    await using table = await openTable(server);
    const insert = "INSERT INTO child (k, name) VALUES (1, 'one')";
    await table.line.must(insert);
    const values = await table.line.run(`${insert} ON DUPLICATE KEY UPDATE name = VALUES(name)`);
    expect(values).toMatchObject({ errno: 0, warnings: server.flavour === "mysql" ? 1 : 0 });
    const alias = await table.line.run(`${insert} AS new ON DUPLICATE KEY UPDATE name = new.name`);
    expect(alias.errno).toBe(server.flavour === "mysql" ? 0 : 1064);
  });
});

async function openTable(server: ServerUnderTest, foundRows = false) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await scratchDatabase(server, { tables: TABLES }));
  const line = stack.use(await Line.open(database.url, { foundRows }));
  await line.must("SET SESSION sql_mode = 'STRICT_ALL_TABLES,STRICT_TRANS_TABLES'");
  const owned = stack.move();
  return {
    line,
    count: async () => only(await line.must("SELECT COUNT(*) FROM child")),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
