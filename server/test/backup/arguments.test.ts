import { describe, expect, test } from "vitest";
import { readBackupArguments, readRestoreArguments } from "../../src/backup/arguments.ts";

describe("the command line of a backup", () => {
  test("names a folder, how the copy is checked, and how many are kept", () => {
    const standard = { to: "/backup", check: true, checkIn: undefined, keep: undefined };
    expect(readBackupArguments(["--to", "/backup"])).toEqual(standard);
    expect(readBackupArguments(["--to", "/backup", "--keep", "14", "--check-in", "mysql://x/y"])).toEqual({
      ...standard,
      keep: 14,
      checkIn: "mysql://x/y",
    });
    expect(readBackupArguments(["--to", "/backup", "--no-check"])).toEqual({ ...standard, check: false });
    expect(readBackupArguments([])).toBe("help");
    expect(readBackupArguments(["-h"])).toBe("help");
  });

  test.each([
    [["--keep", "3"], "Say where to"],
    [["--to", ""], "Say where to"],
    [["--to", "x", "--keep", "0"], "--keep expects"],
    [["--to", "x", "--keep", "-1"], "See --help."],
    [["--to", "x", "--keep", "all"], "--keep expects"],
    [["--to", "x", "--no-check", "--check-in", "mysql://x/y"], "One of them"],
    [["--to", "x", "--check-in", ""], "--check-in expects"],
    [["--to", "x", "--check-in", "garbage"], "--check-in expects"],
    [["--to", "x", "--check-in", "mysql://user@host"], "--check-in expects"],
    [["--too", "x"], "See --help."],
    [["x"], "See --help."],
  ])("%j is not guessed at", (args, text) => {
    expect(() => readBackupArguments(args)).toThrow(text);
  });
});

describe("the command line of a restore", () => {
  test("names one backup", () => {
    expect(readRestoreArguments(["--from", "/backup/x"])).toEqual({ from: "/backup/x" });
    expect(readRestoreArguments(["--help"])).toBe("help");
    expect(readRestoreArguments([])).toBe("help");
  });

  test.each([
    [["--from", ""], "Say which backup"],
    [["--form", "x"], "See --help."],
  ])("%j is not guessed at", (args, text) => {
    expect(() => readRestoreArguments(args)).toThrow(text);
  });
});
