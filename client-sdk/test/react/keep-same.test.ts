import { describe, expect, test } from "vitest";
import { keepItems, keepSame, saysTheSame } from "../../src/react/keep-same.ts";

describe("two answers", () => {
  test("say the same where all that is in them does", () => {
    const answer = () => ({ name: "Wanjiru", slots: [{ start: "09:00", free: true }], none: undefined });
    expect(saysTheSame(answer(), answer())).toBe(true);
    expect(saysTheSame([Number.NaN], [Number.NaN])).toBe(true);
  });

  test("do not where anything differs: a value, a name, a length, a kind", () => {
    expect(saysTheSame({ a: 1 }, { a: 2 })).toBe(false);
    expect(saysTheSame({ a: undefined }, { b: undefined })).toBe(false);
    expect(saysTheSame({ a: 1 }, { a: 1, b: 1 })).toBe(false);
    expect(saysTheSame([1], [1, 2])).toBe(false);
    expect(saysTheSame([], {})).toBe(false);
    expect(saysTheSame(null, {})).toBe(false);
  });

  test("are not looked into where they are more than data", () => {
    expect(saysTheSame(new Date(0), new Date(0))).toBe(false);
    expect(saysTheSame(new Map(), new Map())).toBe(false);
  });
});

test("an answer that says the same is the former object", () => {
  const before = { waiting: 1 };
  expect(keepSame(before, { waiting: 1 })).toBe(before);
  expect(keepSame(before, { waiting: 2 })).toEqual({ waiting: 2 });
});

describe("a list", () => {
  const byId = ({ id }: { readonly id: number }): number => id;
  const before = [
    { id: 1, name: "one" },
    { id: 2, name: "two" },
  ];

  test("is the former one where it says the same", () => {
    expect(keepItems(before, structuredClone(before), byId)).toBe(before);
  });

  test("is another one in another order or length, with the former items", () => {
    const moved = keepItems(before, structuredClone(before).toReversed(), byId);
    expect(moved).not.toBe(before);
    expect(moved[0]).toBe(before[1]);
    const shorter = keepItems(before, [{ id: 2, name: "two" }], byId);
    expect(shorter).toEqual([{ id: 2, name: "two" }]);
    expect(shorter[0]).toBe(before[1]);
  });

  test("has a new item only where that says something else", () => {
    const [first, second] = keepItems(
      before,
      [
        { id: 1, name: "one" },
        { id: 2, name: "zwei" },
      ],
      byId,
    );
    expect(first).toBe(before[0]);
    expect(second).not.toBe(before[1]);
  });
});
