import { describe, expect, test } from "vitest";
import {
  CONTRACTS,
  type Decide,
  judge,
  judgeAny,
  OPERATIONS,
  PROBLEMS,
  QUEUEABLE,
  rejected,
} from "../../src/index.ts";

const id = (number: number): string => `aVdxT2lHdVNyQ2Rm.${number}`;
const book = { doctor: id(1), patient: id(2), start: "2026-11-23T09:20+03:00" };

describe("judging the shape of an operation", () => {
  test("a good one is ready to be decided and says what it touches", () => {
    const verdict = judge("appointment.book", { ...book, ifTaken: [{ wish: "sameDoctor", days: 3 }] });
    expect("judged" in verdict && verdict.judged.touches(id(9), 0)).toEqual([
      { kind: "doctor", id: id(1) },
      { kind: "doctorAccount", id: id(1) },
      { kind: "patient", id: id(2) },
      { kind: "agenda", id: id(2) },
      { kind: "sheet", id: `${id(1)}/2026-11-23` },
    ]);
  });

  test.each([
    ["a missing field", { ...book, patient: undefined }, "malformed", "input.patient"],
    ["a field that does not exist", { ...book, clinic: id(3) }, "unknown_field", "input.clinic"],
    ["a date that does not exist", { ...book, start: "2026-02-30T09:20+03:00" }, "malformed", "input.start"],
    [
      "a wish without its days",
      { ...book, ifTaken: [{ wish: "sameDay" }, { wish: "sameDoctor" }] },
      "malformed",
      "input.ifTaken.1.days",
    ],
    [
      "days where none belong",
      { ...book, ifTaken: [{ wish: "sameDay", days: 2 }] },
      "malformed",
      "input.ifTaken.0.days",
    ],
    ["no object at all", "book me", "malformed", "input"],
    ["nothing", undefined, "malformed", "input"],
  ])("%s is named with its path", (_what, input, code, path) => {
    expect(judge("appointment.book", input)).toMatchObject({
      problem: { code, path, reasons: expect.arrayContaining([expect.objectContaining({ code, path })]) },
    });
  });

  test("all reasons are told, but no more than twenty", () => {
    expect(judge("appointment.book", {})).toMatchObject({
      problem: { reasons: [{ path: "input.doctor" }, { path: "input.patient" }, { path: "input.start" }] },
    });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`field${at}`, at]));
    const verdict = judge("appointment.book", { ...book, ...many });
    expect("problem" in verdict && verdict.problem.reasons).toHaveLength(20);
  });

  test("a name that a client made up is not sent back at any length", () => {
    const verdict = judge("appointment.book", { ...book, [`${"x".repeat(92)}💩${"x".repeat(9_000)}`]: 1 });
    expect("problem" in verdict && verdict.problem.path).toBe(`input.${"x".repeat(92)}💩`);
    const half = judge("appointment.book", { ...book, [`${"x".repeat(93)}💩`]: 1 });
    expect("problem" in half && half.problem.path).toBe(`input.${"x".repeat(93)}\ufffd`);
  });

  test("a queue knows only what a device can queue; names from a prototype are no operations", () => {
    for (const type of ["account.register", "device.add", "toString", "__proto__", "constructor", ""])
      expect(judge(type, {})).toEqual({ problem: { code: "unsupported", path: "type" } });
    expect(judgeAny("account.register", {})).toMatchObject({ problem: { code: "malformed" } });
    expect(judgeAny("hasOwnProperty", {})).toEqual({ problem: { code: "unsupported", path: "type" } });
  });
});

describe("the operations", () => {
  test("each has a contract, its own name, and problems that are known", () => {
    expect(Object.keys(OPERATIONS).toSorted()).toEqual(Object.keys(CONTRACTS).toSorted());
    for (const [type, operation] of Object.entries(OPERATIONS)) {
      expect(operation.type).toBe(type);
      for (const code of operation.problems) expect(PROBLEMS).toHaveProperty(code);
    }
    expect(Object.keys(OPERATIONS)).toEqual(expect.arrayContaining(Object.keys(QUEUEABLE)));
  });

  test("no two are in the same place on REST", () => {
    const places = Object.values(OPERATIONS).flatMap(({ rest }) =>
      rest === undefined ? [] : [`${rest.method} ${rest.path}`],
    );
    expect(new Set(places).size).toBe(places.length);
  });
});

test("a decision for another input than its contract's does not compile", () => {
  const right: Decide<"appointment.cancel"> = (_state, { appointment }) => rejected("not_found", appointment);
  // @ts-expect-error -- cancelling takes no doctor
  const wrong: Decide<"appointment.cancel"> = (_state, { doctor }: { readonly doctor: string }) =>
    rejected("not_found", doctor);
  expect(right).not.toBe(wrong);
});
