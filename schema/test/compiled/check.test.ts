import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as z from "zod/mini";
import { check } from "../../src/compiled/check.ts";
import { fits, problemOf, readSyncLine as readOnPhone } from "../../src/compiled/judge.ts";
import type { Shape } from "../../src/compiled/shape.ts";
import { DESK_INPUTS, INPUTS, SHAPES } from "../../src/compiled/shapes.ts";
import * as schema from "../../src/index.ts";
import { TOLD } from "../../src/shapes/told.ts";
import { hostile, nearlyValid, valid } from "./values.ts";

const RUNS = Number(process.env["HEALTHBRIDGE_RUNS"] ?? 150);

const ZOD: Readonly<Record<string, z.ZodMiniType>> = {
  ...TOLD,
  answer: schema.SyncResponse,
  ...Object.fromEntries(Object.entries(schema.CONTRACTS).map(([type, { input }]) => [type, input])),
};

const COMPILED: Readonly<Record<string, Shape>> = { ...SHAPES, ...INPUTS, ...DESK_INPUTS };

/** The verdict of each side: nothing, or the code and path of the first reason. */
function zodSays(name: string, value: unknown): string {
  const parsed = ZOD[name]?.safeParse(value);
  if (parsed?.success !== false) return "fits";
  const { code, path } = schema.inputProblem(parsed.error.issues, "input");
  return `${code} ${path}`;
}

function phoneSays(shape: Shape, value: unknown): string {
  const [first] = check(shape, value, "input");
  return first === undefined ? "fits" : `${first.code} ${first.path}`;
}

describe.each(Object.entries(COMPILED))("a phone's shape of %s", (name, shape) => {
  test("says what zod says of valid values", () => {
    let fitting = 0;
    fc.assert(
      fc.property(valid(shape), (value) => {
        expect(phoneSays(shape, value)).toBe(zodSays(name, value));
        if (phoneSays(shape, value) === "fits") fitting += 1;
      }),
      { numRuns: RUNS },
    );
    expect(fitting).toBeGreaterThan(RUNS / 50); // so that the test means something; how many they are is chance
  });

  test("says what zod says of nearly valid values", () => {
    fc.assert(
      fc.property(nearlyValid(shape), (value) => {
        expect(phoneSays(shape, value)).toBe(zodSays(name, value));
      }),
      { numRuns: RUNS * 2 },
    );
  });

  test("says what zod says of hostile values", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(phoneSays(shape, value)).toBe(zodSays(name, value));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("what a phone does with its shapes", () => {
  const book = {
    doctor: "aVdxT2lHdVNyQ2Rm.1",
    patient: "aVdxT2lHdVNyQ2Rm.2",
    start: "2026-11-23T09:20+03:00",
  };

  test("judges as the server does", () => {
    for (const input of [
      book,
      { ...book, extra: 1 },
      { ...book, start: "2026-02-30T09:20+03:00" },
      null,
      "x",
    ]) {
      const here = problemOf("appointment.book", input);
      const there = schema.judge("appointment.book", input);
      expect(here ? { code: here.code, path: here.path } : "fits").toEqual(
        "problem" in there ? { code: there.problem.code, path: there.problem.path } : "fits",
      );
    }
    for (const type of ["account.register", "account", "__proto__"])
      expect(problemOf(type, {})).toEqual({ code: "unsupported", path: "type" });
  });

  test("no prototype is touched by what it reads", () => {
    const value: unknown = JSON.parse(`{"__proto__":{"polluted":true},${JSON.stringify(book).slice(1)}`);
    expect(problemOf("appointment.book", value)).toMatchObject({
      code: "unknown_field",
      path: "input.__proto__",
    });
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("reads lines as zod does", () => {
    for (const line of [
      { line: "head", settled: 1, serverTime: 2, epoch: 3 },
      { line: "page", feed: 1, items: [{ kind: "clinic", entity: { id: "x", more: 1 } }], cursor: 4 },
      { line: "end", cursors: "1:4" },
      { line: "end", cursors: "1:04x" },
      { line: "tail" },
      null,
    ]) {
      expect(readOnPhone(line)?.line).toBe(schema.readSyncLine(line)?.line);
    }
  });

  test("knows every kind of entity and every operation of the queue", () => {
    expect(Object.keys({ ...INPUTS, ...DESK_INPUTS }).toSorted()).toEqual(
      Object.keys(schema.QUEUEABLE).toSorted(),
    );
    expect(fits("start", "2026-11-23T09:20+03:00")).toBe(true);
    expect(fits("start", "2026-02-29T09:20+03:00")).toBe(false);
  });
});
