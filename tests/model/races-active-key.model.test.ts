import { describe, expect, it } from "vitest";
import { Line } from "./support/line.ts";
import { scratchDatabase, servers, type ServerUnderTest } from "./support/servers.ts";

/** One active booking per slot, kept by the database: a generated column that is NULL for bookings that are over, and a unique key on it. */

const DUPLICATE = 1062;
const BOOKED = 1;
const CANCELLED = 2;
const STORAGES = ["VIRTUAL", "STORED"] as const;
type Storage = (typeof STORAGES)[number];

function bookingTable(storage: Storage, more = ""): string {
  return `CREATE TABLE booking (id INT PRIMARY KEY, slot_id INT, state TINYINT NOT NULL,
    active_slot INT GENERATED ALWAYS AS (CASE WHEN state IN (0, 1) THEN slot_id END) ${storage}, UNIQUE KEY uq_active (active_slot)${more})`;
}

describe.each(servers)("one active booking per slot on $flavour $version", (server) => {
  describe.each(STORAGES)("with a %s column", (storage) => {
    it("refuses a second booking, whatever door it comes through", async () => {
      await using table = await openTable(server, bookingTable(storage));
      expect(await table.book(1)).toBe(0);
      expect(await table.book(2)).toBe(DUPLICATE);
    });

    it("gives the slot away again once the booking is cancelled, and not back to the cancelled one", async () => {
      await using table = await openTable(server, bookingTable(storage));
      await table.book(1);
      expect(await table.setState(1, CANCELLED)).toBe(0);
      expect(await table.book(2)).toBe(0);
      expect(await table.setState(1, BOOKED)).toBe(DUPLICATE);
    });

    it("allows any number of cancelled bookings", async () => {
      await using table = await openTable(server, bookingTable(storage));
      for (const id of [1, 2, 3, 4]) {
        expect(await table.book(id)).toBe(0);
        expect(await table.setState(id, CANCELLED)).toBe(0);
      }
    });
  });

  it("control: without the key the second booking is taken", async () => {
    await using table = await openTable(server, bookingTable("VIRTUAL"));
    await table.line.must("ALTER TABLE booking DROP KEY uq_active");
    expect(await table.book(1)).toBe(0);
    expect(await table.book(2)).toBe(0);
  });

  it.each([
    { storage: "VIRTUAL", action: "CASCADE", mysql: 0, mariadb: 0 },
    { storage: "VIRTUAL", action: "SET NULL", mysql: 0, mariadb: 0 },
    { storage: "STORED", action: "CASCADE", mysql: 1215, mariadb: 0 },
    { storage: "STORED", action: "SET NULL", mysql: 1215, mariadb: 1901 },
  ] as const)(
    "a foreign key ON DELETE $action under a $storage column",
    async ({ storage, action, ...expected }) => {
      await using table = await openTable(server, "CREATE TABLE slot (id INT PRIMARY KEY)");
      const reference = `, FOREIGN KEY (slot_id) REFERENCES slot (id) ON DELETE ${action}`;
      expect((await table.line.run(bookingTable(storage, reference))).errno).toBe(expected[server.flavour]);
    },
  );

  it("an index on an expression is the language of MySQL alone", async () => {
    await using table = await openTable(
      server,
      "CREATE TABLE booking (id INT PRIMARY KEY, slot_id INT, state TINYINT)",
    );
    const said = await table.line.run(
      "CREATE UNIQUE INDEX uq_active ON booking ((CASE WHEN state IN (0, 1) THEN slot_id END))",
    );
    expect(said.errno).toBe(server.flavour === "mysql" ? 0 : 1064);
  });
});

async function openTable(server: ServerUnderTest, table: string) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await scratchDatabase(server, { tables: [table] }));
  const line = stack.use(await Line.open(database.url));
  const owned = stack.move();
  return {
    line,
    book: async (id: number) =>
      (await line.run("INSERT INTO booking (id, slot_id, state) VALUES (?, 7, ?)", [id, BOOKED])).errno,
    setState: async (id: number, state: number) =>
      (await line.run("UPDATE booking SET state = ? WHERE id = ?", [state, id])).errno,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
