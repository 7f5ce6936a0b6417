import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  AT_REST,
  backoff,
  isBarred,
  next,
  type SyncEvent,
  type SyncMachine,
} from "../../src/sync/machine.ts";

const lost: SyncEvent = { type: "failed", failure: { why: "lost" }, random: 0.5 };
const failures = (["lost", "expired", "sign-in", "upgrade", "too-large"] as const).map((why): SyncEvent => ({
  type: "failed",
  failure: { why },
  random: 0.3,
}));
const anywhere = fc.constantFrom<SyncEvent>(
  { type: "started" },
  { type: "stopped" },
  { type: "called" },
  { type: "left" },
  { type: "queued" },
  { type: "asked" },
  { type: "poked" },
  { type: "signedIn" },
  { type: "timer" },
);

/** Follows the machine as the driver would: answers only come where they were asked for. */
function answerFor({ phase }: SyncMachine, pick: number): SyncEvent | undefined {
  if (phase === "locking") return pick % 4 === 0 ? { type: "others" } : { type: "mine" };
  if (phase === "renewing") return pick % 2 === 0 ? { type: "renewed" } : lost;
  if (phase !== "exchanging") return undefined;
  return pick % 2 === 0 ? { type: "fine", more: pick % 3 === 0 } : failures[pick % failures.length];
}

test("whatever happens, the lock is held exactly while exchanging or renewing, and an exchange is asked for once at a time", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anywhere, fc.nat(1_000)), { maxLength: 80 }), (story) => {
      let state = AT_REST;
      let held = false;
      for (const each of story) {
        const event = typeof each === "number" ? answerFor(state, each) : each;
        if (event === undefined) continue;
        if (event.type === "mine") held = true;
        const step = next(state, event);
        if (step.effects.some((effect) => effect.do === "unlock")) held = false;
        ({ state } = step);
        expect(held).toBe(state.phase === "exchanging" || state.phase === "renewing");
        const asked = step.effects.filter(
          (effect) => effect.do === "exchange" || effect.do === "renew" || effect.do === "lock",
        );
        expect(asked.length).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("a device that syncs by itself always has something to wait for", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { maxLength: 60 }), (story) => {
      let { state } = next(AT_REST, { type: "started" });
      let timer = false;
      for (const pick of story) {
        const step = next(state, answerFor(state, pick) ?? { type: "timer" });
        for (const effect of step.effects) {
          if (effect.do === "timer") timer = true;
          if (effect.do === "cancelTimer") timer = false;
        }
        ({ state } = step);
        if (isBarred(state)) state = next(state, { type: "signedIn" }).state;
        expect(timer || (state.phase !== "resting" && state.phase !== "pausing")).toBe(true);
      }
    }),
  );
});

test("the backoff stays within full jitter's bounds and under five minutes", () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (count, random) => {
        const ms = backoff(count, random);
        expect(ms).toBeGreaterThanOrEqual(500);
        expect(ms).toBeLessThanOrEqual(Math.min(300_000, Math.max(500, 1_000 * 2 ** count)));
      },
    ),
  );
});

test("queueing does not break a pause after a failure and asks the other tabs, the network's return does", () => {
  let { state } = next(AT_REST, { type: "started" });
  for (const event of [{ type: "mine" }, lost] as const) ({ state } = next(state, event));
  expect(state).toMatchObject({ phase: "pausing", failures: 1 });
  expect(next(state, { type: "queued" }).effects).toEqual([{ do: "poke" }]);
  expect(next(state, { type: "poked" }).state).toMatchObject({ phase: "locking", failures: 0 });
});

test("of two tabs that wait for a third to send, neither makes the other try again", () => {
  const waiting = next(next(next(AT_REST, { type: "started" }).state, { type: "others" }).state, {
    type: "asked",
  });
  expect(waiting.state.phase).toBe("pausing");
  expect(waiting.effects).toEqual([]);
  const resting = next({ ...AT_REST, auto: true }, { type: "asked" });
  expect(resting.effects).toContainEqual({ do: "lock" });
});

test.each([
  [false, 7_000, 60_000],
  [true, 7_000, 7_000],
  [false, 6e15, 900_000],
])("the pace a server asks for is kept (more to do: %s, asked for: %d ms)", (more, pace, ms) => {
  const exchanging: SyncMachine = { ...AT_REST, auto: true, phase: "exchanging" };
  expect(next(exchanging, { type: "fine", more, pace }).effects).toContainEqual({ do: "timer", ms });
});

test.each([61_000, 2 ** 31, 6e15])(
  "a server that asks for %d ms while there is more to do is left alone like one that refuses, and whoever waits is told",
  (pace) => {
    const exchanging: SyncMachine = { ...AT_REST, callers: 1, phase: "exchanging" };
    const { state, effects } = next(exchanging, { type: "fine", more: true, pace });
    expect(state).toMatchObject({ phase: "pausing", failures: 1 });
    expect(effects).toContainEqual({ do: "timer", ms: Math.min(pace, 900_000) });
    expect(effects).toContainEqual({ do: "report", failed: true });
  },
);
