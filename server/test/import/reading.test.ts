import { describe, expect, test } from "vitest";
import { cleanText } from "../../src/import/clean-text.ts";
import { KENYA } from "../../src/import/country.ts";
import { positionOf, readingOf, voteOf } from "../../src/import/positions.ts";
import { createProgressLine, stepProgress } from "../../src/import/progress-line.ts";

describe("a position", () => {
  test("is read as the rows of its file are meant, and as named where they say nothing", () => {
    expect(readingOf({ asNamed: 3, exchanged: 4 })).toBe("exchanged");
    expect(readingOf({ asNamed: 4, exchanged: 4 })).toBe("as named");
    expect(readingOf({ asNamed: 0, exchanged: 0 })).toBe("as named");
    // Where both readings lie inside, a row cannot tell.
    const square = { name: "Square", zone: "UTC", box: { south: 0, north: 10, west: 0, east: 10 } };
    expect(voteOf("1", "2", square)).toEqual({ asNamed: 1, exchanged: 1 });
  });

  test("is never guessed at", () => {
    const read = (lat: string, long: string) => positionOf(lat, long, "as named", KENYA);
    expect(read("-1.3", "36.8")).toEqual({ status: "found", lat: -1.3, lng: 36.8 });
    expect(read("", "")).toEqual({ status: "missing" });
    for (const [lat, long] of [
      ["-1.3", ""],
      ["1°16'S", "36.8"],
      ["-1,3", "36.8"],
      ["0", "0"],
      ["36.8", "-1.3"],
      ["1e1", "36.8"],
      ["NaN", "36.8"],
    ] as const)
      expect(read(lat, long)).toMatchObject({ status: "unusable" });
  });
});

test("a text loses what is no part of it, and nothing else", () => {
  const clean = (raw: string) => cleanText(raw).text;
  expect(clean("  Cheplogoi  Siri\u00A0Medical\tClinic ")).toBe("Cheplogoi Siri Medical Clinic");
  expect(clean("Honeyland Heallth .")).toBe("Honeyland Heallth");
  expect(clean("Thome Disp.")).toBe("Thome Disp.");
  expect(clean("Dr .L.N.Gachare")).toBe("Dr .L.N.Gachare");
  expect(clean("Ng'ang'a's (A.I.C) — Kijabe")).toBe("Ng'ang'a's (A.I.C) — Kijabe");
  expect(cleanText("Darweed  Dispensaryjavascript:void(0)")).toEqual({
    text: "Darweed Dispensary",
    tidied: true,
    cut: "javascript:void(0)",
  });
});

describe("progress", () => {
  const screen = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, columns: 60, written, write: (text: string) => written.push(text) };
  };

  test("is one line that grows on a terminal, and never wraps", () => {
    const terminal = screen(true);
    const line = createProgressLine(terminal, "Importing");
    for (const done of [0, 1_000, 2_000]) line.show(done, 2_000);
    line.end();
    line.end();
    expect(terminal.written).toHaveLength(4);
    expect(terminal.written.at(-1)).toBe("\n");
    for (const text of terminal.written.slice(0, -1)) {
      expect(text.startsWith("\r\u001B[K")).toBe(true);
      expect(text.length).toBeLessThan(60 + 4);
    }
  });

  test("is a plain line now and then elsewhere, for each step", () => {
    const file = screen(false);
    const progress = stepProgress(file);
    for (let done = 0; done <= 100; done += 1) progress("Facilities", done, 100);
    progress("Day sheets", 1, 1);
    expect(file.written.filter((text) => text.startsWith("Facilities"))).toHaveLength(5);
    expect(file.written.at(-1)).toBe("Day sheets: 100 % (1 of 1)\n");
    expect(file.written.join("")).not.toContain("\u001B");
  });
});
