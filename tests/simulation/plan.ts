import { seededRandom } from "../../client-sdk/src/testing/index.ts";
import { FAULT_NAMES, type FaultName } from "./faults.ts";

/** What one run is made of; all else follows from the seed. */
export interface Plan {
  readonly seed: number;
  readonly faults: readonly FaultName[];
  readonly devices: number;
  readonly servers: number;
  /** things people do before everything is left to come to rest */
  readonly actions: number;
  /** devices begin empty, and everybody signs in first */
  readonly fresh?: boolean;
  /** people write to each other, and into the documents of their conversations as well */
  readonly documents?: boolean;
}

/** Parts of a plan that are said instead of drawn: a smaller run of the same seed. */
export type PlanChanges = Partial<Omit<Plan, "seed">>;

export const DEVICES = { least: 3, most: 8 } as const;
/** Most runs have as few as they can: what three do not meet, more seldom do, and each costs as much as several actions. */
const USUAL_PERCENT = 75;
export const SERVERS = { least: 1, most: 3 } as const;
/** Many small runs meet more than few large ones. */
const ACTIONS = { least: 4, most: 16 } as const;
/** In a calm run few faults are on, so that what one of them does alone is seen; in a wild one many meet. */
const SHARES = [8, 15, 30, 50] as const;

/** Runs whose devices begin empty; the others need not spend half their time on that. */
const FRESH_PERCENT = 15;

/** In one seed of eight people write into documents, by its number: all others do what they did before there were any, and so go on catching the bugs they caught. */
const DOCUMENTS = { every: 8, rest: 3 } as const;

/** Transactions of two servers meet only where statements take their time. */
const OFTEN: ReadonlySet<FaultName> = new Set<FaultName>(["slow-database"]);

/** What a seed switches on. */
export function planOf(seed: number, changes: PlanChanges = {}): Plan {
  const random = seededRandom(`plan ${seed}`);
  const devices = random.between(DEVICES.least, random.percent(USUAL_PERCENT) ? DEVICES.least : DEVICES.most);
  const servers = random.between(SERVERS.least, SERVERS.most);
  const actions = random.between(ACTIONS.least, ACTIONS.most);
  const share = random.pick(SHARES);
  const faults = FAULT_NAMES.filter((name) => random.percent(OFTEN.has(name) ? 60 : share));
  const fresh = random.percent(FRESH_PERCENT);
  const documents = seed % DOCUMENTS.every === DOCUMENTS.rest;
  return { seed, devices, servers, actions, faults, fresh, documents, ...changes };
}

/** The line that repeats a run. */
export function repeatLine(plan: Plan, plant?: string): string {
  const { seed, faults, devices, servers, actions, documents } = plan;
  const list = faults.length === 0 ? "none" : faults.join(",");
  const planted = plant === undefined ? "" : ` --plant ${plant}`;
  return `npm run simulate -- --seed ${seed} --faults ${list} --devices ${devices} --servers ${servers} --actions ${actions} --documents ${documents === true ? "yes" : "no"}${planted}`;
}
