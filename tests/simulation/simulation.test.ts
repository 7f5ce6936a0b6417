import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Crew } from "./crew.ts";
import { planOf, repeatLine } from "./plan.ts";
import { planted } from "./planted/plant.ts";
import { PLANTS } from "./planted/plants.ts";
import { regressions } from "./regressions/regressions.ts";
import type { SeedResult } from "./run-seed.ts";

const ROOT = join(import.meta.dirname, "../..");
/** The long runs are `npm run simulate`'s; this shows that it works. */
const SEEDS = 12;

type Caught = ReadonlyArray<{ readonly name: string; readonly seed: number }>;

describe("the simulation", { timeout: 60_000 }, () => {
  const crew = new Crew(1);
  afterAll(() => crew[Symbol.asyncDispose]());

  test("breaks no rule in its first seeds, and does something", async () => {
    const results: SeedResult[] = [];
    const plans = Array.from({ length: SEEDS }, (_, at) => planOf(at + 1));
    await crew.run(plans, (result) => results.push(result) > 0);
    expect(
      results.flatMap(({ violations, plan }) =>
        violations.map((each) => ({ ...each, again: repeatLine(plan) })),
      ),
    ).toEqual([]);
    expect(results.reduce((sum, { outcomes }) => sum + outcomes, 0)).toBeGreaterThan(SEEDS * 10);
  });

  test("does the same for the same seed", async () => {
    const [first, second] = [await crew.one(planOf(7)), await crew.one(planOf(7))];
    expect(second.trace).toBe(first.trace);
    expect((await crew.one(planOf(8))).trace).not.toBe(first.trace);
  });

  test("knows documents, and does the same in them for the same seed", async () => {
    const plan = planOf(3);
    const [first, second] = [await crew.one(plan), await crew.one(plan)];
    expect(first.violations).toEqual([]);
    expect(first.marks).toBeGreaterThan(0);
    expect(second.trace).toBe(first.trace);
    expect((await crew.one({ ...plan, documents: false })).marks).toBe(0);
  });

  test.for(regressions())("$name broke a rule once and does not any more", async ({ plan }) => {
    expect((await crew.one(plan)).violations).toEqual([]);
  });
});

describe("planted bugs", { timeout: 60_000 }, () => {
  test("a broken rule is seen", async () => {
    await using crew = new Crew(1, { plant: "others-change-not-sent" });
    const broken: SeedResult[] = [];
    // The one that caught it last time first.
    const caught = JSON.parse(
      readFileSync(join(import.meta.dirname, "planted/caught.json"), "utf8"),
    ) as Caught;
    const known = caught.find(({ name }) => name === "others-change-not-sent")?.seed ?? 1;
    await crew.run(
      [known, ...Array.from({ length: 50 }, (_, at) => at + 1)].map((seed) => planOf(seed)),
      (result) => {
        if (result.violations.length > 0) broken.push(result);
        return broken.length === 0;
      },
    );
    expect(broken.flatMap(({ violations }) => violations.map(({ invariant }) => invariant))).toContain("I7");
  });

  test.for(PLANTS)("$name finds its line exactly once", (plant) => {
    const source = readFileSync(join(ROOT, plant.file), "utf8");
    expect(planted(source, plant)).not.toBe(source);
  });

  test("there are enough of them, each with a name of its own", () => {
    expect(new Set(PLANTS.map(({ name }) => name)).size).toBe(PLANTS.length);
    expect(PLANTS.length).toBeGreaterThanOrEqual(40);
  });
});
