import type { FeedItem } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { ToldStraight } from "../../src/realtime/told-straight.ts";

const line = (number: number): FeedItem => ({
  kind: "message",
  entity: { id: `m${String(number)}`, number },
});
const moved = (from: number, ...items: FeedItem[]) => ({ from, number: from + items.length, at: 5, items });

function standingAt(cursor: number): ToldStraight {
  const straight = new ToldStraight();
  straight.begin(new Map([[1, { cursor }]]), 7);
  return straight;
}

describe("what was committed here a moment ago", () => {
  test("is handed over in order, with where the device stands then, as long as each joins up with the one before", () => {
    const straight = standingAt(10);
    expect(straight.take(1, moved(10, line(1)))).toBe(true);
    expect(straight.take(1, moved(11, line(2), line(3)))).toBe(true);
    expect(straight.handOver()).toEqual({
      pages: [{ feed: 1, items: [line(1), line(2), line(3)], cursor: 13 }],
      known: new Map([[1, { cursor: 13 }]]),
      epoch: 7,
      at: 5,
    });
    expect(straight.take(1, moved(13, line(4)))).toBe(true);
    expect(straight.handOver()?.pages).toEqual([{ feed: 1, items: [line(4)], cursor: 14 }]);
  });

  test("is read from the database where something is missing between, until an answer was read", () => {
    const straight = standingAt(10);
    expect(straight.take(1, moved(11, line(2)))).toBe(false);
    expect(straight.take(1, moved(10, line(1)))).toBe(false);
    expect(straight.handOver()).toBeUndefined();
    straight.begin(new Map([[1, { cursor: 12 }]]), 7);
    expect(straight.take(1, moved(12, line(3)))).toBe(true);
  });

  test("is read where it is more than lines, where the feed is read for the first time, and where nobody follows it", () => {
    const more = standingAt(10);
    expect(more.take(1, { ...moved(10), number: 11, items: undefined })).toBe(false);
    expect(more.handOver()).toBeUndefined();
    const begun = new ToldStraight();
    begun.begin(new Map([[1, { cursor: 10, begun: 30 }]]), 7);
    expect(begun.take(1, moved(10, line(1)))).toBe(false);
    expect(standingAt(10).take(2, moved(10, line(1)))).toBe(false);
  });

  test("is told again to a device that asks and has not taken in what it was sent a moment ago", () => {
    const straight = standingAt(10);
    straight.take(1, moved(10, line(1)));
    straight.handOver();
    straight.take(1, moved(11, line(2)));
    const since = (cursor: number) => straight.since(new Map([[1, { cursor }]]));
    expect(since(10)?.pages).toEqual([{ feed: 1, items: [line(1), line(2)], cursor: 12 }]);
    expect(straight.handOver()).toBeUndefined(); // it went out with that answer
    expect(since(11)?.pages).toEqual([{ feed: 1, items: [line(2)], cursor: 12 }]);
    expect(since(12)?.pages).toEqual([]);
    for (const cursor of [9, 13]) expect(since(cursor)).toBeUndefined();
    expect(straight.since(new Map([[1, { cursor: 10, begun: 12 }]]))).toBeUndefined();
    expect(straight.since(new Map())).toBeUndefined();
  });

  test("is forgotten when it is old: whoever stands there reads", () => {
    const straight = standingAt(0);
    const long: FeedItem = { kind: "message", entity: { id: "m", text: "x".repeat(9_000) } };
    straight.take(1, moved(0, long));
    straight.handOver();
    expect(straight.take(1, moved(1, long))).toBe(true);
    expect(straight.since(new Map([[1, { cursor: 0 }]]))).toBeUndefined();
    expect(straight.since(new Map([[1, { cursor: 1 }]]))?.pages).toHaveLength(1);
  });

  test("is read where it is more than a page holds", () => {
    const straight = standingAt(0);
    const long: FeedItem = { kind: "message", entity: { id: "m", text: "x".repeat(9_000) } };
    expect(straight.take(1, moved(0, long))).toBe(true);
    expect(straight.take(1, moved(1, long))).toBe(false);
    expect(straight.handOver()).toBeUndefined();
  });
});
