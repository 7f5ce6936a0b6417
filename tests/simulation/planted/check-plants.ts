import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Crew } from "../crew.ts";
import { type Plan, planOf } from "../plan.ts";
import type { SeedResult } from "../run-seed.ts";
import { type Plant, PLANTS } from "./plants.ts";

/** Which seed caught a planted bug first, and by which rule. */
interface Caught {
  readonly name: string;
  readonly seed: number;
  readonly rule: string;
}

const TABLE = join(import.meta.dirname, "caught.json");

/**
 * Plants every bug in turn and runs seeds until one breaks a rule.
 * @param options `known`: only the seed that caught it last time; else all from 1 on, and the table is written anew
 * @returns 0 if all were caught
 */
export async function checkPlants(options: {
  readonly workers: number;
  readonly known: boolean;
  /** seeds to try at most */
  readonly most: number;
}): Promise<number> {
  const before = options.known ? readTable() : new Map<string, Caught>();
  const caught: Caught[] = [];
  const missed: Plant[] = [];
  const left = PLANTS.filter(({ name }) => !options.known || before.has(name));
  const all = left.length;
  const work = async (): Promise<void> => {
    for (let plant = left.shift(); plant !== undefined; plant = left.shift()) {
      const found = await firstCatch(
        plant,
        options.known ? [before.get(plant.name)?.seed ?? 1] : upTo(options.most),
      );
      if (found === undefined) missed.push(plant);
      else caught.push(found);
      const how = found === undefined ? "not caught" : `caught by seed ${found.seed} (${found.rule})`;
      console.log(`${caught.length + missed.length} of ${all}: ${plant.name} ${how}`);
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  if (!options.known) writeTable(caught);
  for (const { name, what } of missed) console.log(`Nobody caught ${name}: ${what}.`);
  const seeds = caught.map(({ seed }) => seed).toSorted((left_, right) => left_ - right);
  const [median = 0, most = 0] = [seeds[seeds.length >> 1], seeds.at(-1)];
  console.log(
    `${all} planted bugs, ${caught.length} caught; first caught by seed ${median} in the median, ${most} at most`,
  );
  return missed.length === 0 ? 0 : 1;
}

async function firstCatch(plant: Plant, seeds: Iterable<number>): Promise<Caught | undefined> {
  await using crew = new Crew(1, { plant: plant.name });
  let found: SeedResult | undefined;
  let last = 0;
  try {
    await crew.run(plansOf(seeds), (result) => {
      last = result.plan.seed;
      if (result.violations.length > 0) found = result;
      return found === undefined;
    });
  } catch {
    // The product does not even come up.
    return { name: plant.name, seed: last + 1, rule: "crash" };
  }
  const rule = found?.violations[0]?.invariant;
  return found === undefined || rule === undefined
    ? undefined
    : { name: plant.name, seed: found.plan.seed, rule };
}

function* plansOf(seeds: Iterable<number>): Generator<Plan> {
  for (const seed of seeds) yield planOf(seed);
}

function* upTo(most: number): Generator<number> {
  for (let seed = 1; seed <= most; seed += 1) yield seed;
}

function readTable(): Map<string, Caught> {
  const rows: readonly Caught[] = existsSync(TABLE) ? JSON.parse(readFileSync(TABLE, "utf8")) : [];
  return new Map(rows.map((row) => [row.name, row]));
}

function writeTable(caught: readonly Caught[]): void {
  const order = new Map(PLANTS.map(({ name }, at) => [name, at]));
  const rows = caught.toSorted((left, right) => (order.get(left.name) ?? 0) - (order.get(right.name) ?? 0));
  writeFileSync(TABLE, `${JSON.stringify(rows, undefined, 2)}\n`);
}
