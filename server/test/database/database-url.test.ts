import { expect, test } from "vitest";
import { formatDatabaseUrl, parseDatabaseUrl, withDatabase } from "../../src/database/database-url.ts";

test("an address is read with all its parts", () => {
  expect(parseDatabaseUrl("mysql://us%40er:p%3Ass@db.internal:3307/care?tls=on")).toEqual({
    user: "us@er",
    password: "p:ss",
    host: "db.internal",
    port: 3307,
    database: "care",
    socketPath: undefined,
    tls: true,
  });
});

test.for([
  "mysql://user:pass@localhost:3306/care?socketPath=%2Ftmp%2Fa+b.sock",
  "mysql://u%3A%40:%2F%3F@[::1]:3306/",
  "mysql://user:@host:1/care?tls=on",
])("what is read can be written again: %s", (url) => {
  expect(formatDatabaseUrl(parseDatabaseUrl(url))).toBe(url);
});

test("another database on the same server", () => {
  expect(withDatabase("mariadb://user:pass@host/old", "new")).toBe("mysql://user:pass@host:3306/new");
});

test.for([
  "",
  "nonsense",
  "postgres://user@host/care",
  "mysql://user@host/care?ssl=1",
  "mysql://user@host/care?tls=maybe",
])("refused, without showing the password: %s", (url) => {
  expect(() => parseDatabaseUrl(url)).toThrow(expect.objectContaining({ code: "misuse" }));
});
