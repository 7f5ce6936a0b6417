import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plan } from "../plan.ts";
import type { SeedResult } from "../run-seed.ts";

/** A run that broke a rule once, small; it must not break one again. */
export interface Regression {
  readonly name: string;
  readonly plan: Plan;
  /** which rule, and how that was seen then */
  readonly broke: string;
}

const FOLDER = import.meta.dirname;

/** Keeps a failed run for ever; commit the file with what mends it. Answers its path. */
export function saveRegression({ plan, violations }: SeedResult): string {
  const [first] = violations;
  const name = `seed-${plan.seed}-${(first?.invariant ?? "none").toLowerCase()}.json`;
  const path = join(FOLDER, name);
  const broke = `${first?.invariant ?? ""}: ${first?.what ?? ""}`.slice(0, 300);
  if (!existsSync(path)) writeFileSync(path, `${JSON.stringify({ broke, plan }, undefined, 2)}\n`);
  return relative(process.cwd(), path);
}

/** All that were kept. */
export function regressions(): readonly Regression[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => ({ name, ...JSON.parse(readFileSync(join(FOLDER, name), "utf8")) }));
}
