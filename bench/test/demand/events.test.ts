import { expect, test } from "vitest";
import { eventsOf } from "../../demand/events.ts";
import { drawDemand, type Layout } from "../../demand/generate.ts";

const LAYOUT: Layout = { clinicOf: [0, 1], others: [[1], [0]] };

test("what happens is in order, and each request is made before it is cancelled", () => {
  const demand = drawDemand(3, 1_000, LAYOUT);
  const events = eventsOf(3, demand, 2);
  expect(events.map(({ at }) => at)).toEqual(
    events.map(({ at }) => at).toSorted((left, right) => left - right),
  );
  const places = (kind: string): ReadonlyMap<number, number> =>
    new Map(
      events.flatMap((event, at) =>
        event.kind === kind && "wanted" in event ? [[event.wanted.number, at] as const] : [],
      ),
    );
  const asked = places("ask");
  expect(asked.size).toBe(1_000);
  for (const [number, at] of places("cancel")) expect(at).toBeGreaterThan(asked.get(number) ?? Infinity);
});
