import type { Plan } from "./plan.ts";
import { DEVICES } from "./plan.ts";
import type { SeedResult } from "./run-seed.ts";

const MOST_RUNS = 150;

/**
 * Makes a failing plan smaller while it goes on failing in the same way: fewer faults, fewer actions, fewer devices, fewer servers.
 * @param run runs a plan
 */
export async function shrink(
  failed: SeedResult,
  run: (plan: Plan) => Promise<SeedResult>,
): Promise<SeedResult> {
  const wanted = failed.violations[0]?.invariant;
  let best = failed;
  let runs = 0;
  for (let smaller = true; smaller && runs < MOST_RUNS;) {
    smaller = false;
    for (const candidate of smallerPlans(best.plan)) {
      if (runs >= MOST_RUNS) break;
      runs += 1;
      const result = await run(candidate);
      if (!result.violations.some(({ invariant }) => invariant === wanted)) continue;
      best = result;
      smaller = true;
      break;
    }
  }
  return best;
}

/** Boldest first. */
function* smallerPlans(plan: Plan): Generator<Plan> {
  const { faults, devices, servers, actions, documents } = plan;
  if (documents === true) yield { ...plan, documents: false };
  if (faults.length > 3) {
    const half = Math.ceil(faults.length / 2);
    yield { ...plan, faults: faults.slice(0, half) };
    yield { ...plan, faults: faults.slice(half) };
  }
  for (const fault of faults) yield { ...plan, faults: faults.filter((each) => each !== fault) };
  if (actions > 4) yield { ...plan, actions: Math.ceil(actions / 2) };
  if (actions > 4) yield { ...plan, actions: actions - Math.ceil(actions / 8) };
  if (devices > DEVICES.least) yield { ...plan, devices: devices - 1 };
  if (servers > 1) yield { ...plan, servers: servers - 1 };
}
