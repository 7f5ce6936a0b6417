import { expect, test } from "vitest";
import { readOptions, WrongOption } from "./options.ts";

test("without a word it is one minute on MariaDB, and no report", () => {
  expect(readOptions([])).toMatchObject({
    minutes: 1,
    clients: 12,
    servers: 2,
    database: "mariadb",
    durable: true,
    work: "all",
    withRedis: true,
    report: undefined,
    line: undefined,
  });
});

test("each run draws a seed unless one is named", () => {
  expect(readOptions(["--seed", "7"])?.seed).toBe(7);
  expect(Number.isInteger(readOptions([])?.seed)).toBe(true);
});

test("what makes no sense is refused with what would", () => {
  expect(() => readOptions(["--servers", "9"])).toThrow("--servers is a number from 1 to 3");
  expect(() => readOptions(["--clients", "8.5"])).toThrow("whole number");
  expect(() => readOptions(["--database", "oracle"])).toThrow("mariadb, mysql");
  expect(() => readOptions(["--work", "play"])).toThrow("all, chat");
  expect(() => readOptions(["--minute", "1"])).toThrow(WrongOption);
});

test("help is asked for, not run", () => {
  expect(readOptions(["--help"])).toBeUndefined();
});
