import { expect, test } from "vitest";
import { machineMemory, memoryOptions } from "../../src/database/local/server-memory.ts";

const GIB = 1_073_741_824;

test("a quarter of the machine's memory is the database's, never less than 128 MB nor more than 2 GB", () => {
  const pages = (memory: number): string | undefined => memoryOptions("mariadb", memory)[0];
  expect(pages(0.25 * GIB)).toBe("--innodb-buffer-pool-size=134217728");
  expect(pages(2 * GIB)).toBe("--innodb-buffer-pool-size=536870912");
  expect(pages(64 * GIB)).toBe("--innodb-buffer-pool-size=2147483648");
});

test("each server is told of its log in its own words", () => {
  expect(memoryOptions("mariadb", GIB)[1]).toBe("--innodb-log-file-size=268435456");
  expect(memoryOptions("mysql", GIB)[1]).toBe("--innodb-redo-log-capacity=268435456");
});

test("the log is half of the pages, from 256 MB to 1 GB", () => {
  const log = (memory: number): string | undefined => memoryOptions("mariadb", memory)[1];
  expect(log(0.25 * GIB)).toBe("--innodb-log-file-size=268435456");
  expect(log(5 * GIB)).toBe("--innodb-log-file-size=671088640");
  expect(log(64 * GIB)).toBe("--innodb-log-file-size=1073741824");
});

test("the machine has some memory", () => {
  expect(machineMemory()).toBeGreaterThan(0);
});
