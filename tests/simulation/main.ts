/** `npm run simulate`: seeds after seeds of simulated clinics in which everything breaks, until a rule is broken or all are through. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { createProgressLine } from "../../server/src/import/progress-line.ts";
import { Crew } from "./crew.ts";
import { FAULT_NAMES, FAULTS, isFaultName } from "./faults.ts";
import { type Plan, type PlanChanges, planOf, repeatLine } from "./plan.ts";
import { checkPlants } from "./planted/check-plants.ts";
import { saveRegression } from "./regressions/regressions.ts";
import type { SeedResult } from "./run-seed.ts";
import { shrink } from "./shrink.ts";

const HELP = `Runs simulated clinics, servers and networks in which everything breaks, and checks every rule.

  npm run simulate -- [--seeds N] [--from S]     N seeds from S on (500 from 1)
  npm run simulate -- --seed S                   one seed
  npm run simulate -- --planted [--seeds N]      plants each known bug and looks which of 5,000 seeds catches it first
  npm run simulate -- --planted --known          plants each known bug and runs only the seed that caught it last time

  --workers N       threads (as many as there are processors)
  --trace           with --seed: every line of what happened
  --plant NAME      with this bug planted
  --faults A,B      these faults instead of the seed's ("none" for none)
  --devices N, --servers N, --actions N          instead of the seed's
  --documents yes|no                             the same
  --keep-going      goes on after a broken rule
  --no-shrink       does not look for a smaller run that breaks the same rule

Examples
  npm run simulate -- --seeds 20000
  npm run simulate -- --seeds 1000000 --from 1000000 --keep-going      a night's run on many cores, a day's on two
  npm run simulate -- --seed 17 --faults cut-response,two-tabs --trace

Faults: ${FAULT_NAMES.map((name) => `\n  ${name.padEnd(16)} ${FAULTS[name]}`).join("")}
`;

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    faults: { type: "string" },
    devices: { type: "string" },
    servers: { type: "string" },
    actions: { type: "string" },
    documents: { type: "string" },
    plant: { type: "string" },
    planted: { type: "boolean", default: false },
    known: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
    "keep-going": { type: "boolean", default: false },
    "no-shrink": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** So many seeds are run twice, one in a hundred, to see that the same seed does the same. */
const TWICE = 100;

if (values.help) console.log(HELP);
else if (values.planted)
  process.exitCode = await checkPlants({
    workers: Number(values.workers),
    known: values.known,
    most: Number(values.seeds ?? 5_000),
  });
else if (values.trace) process.exitCode = await runTraced(planOf(Number(values.seed ?? 1), changes()));
else process.exitCode = await runMany();

/** One run that tells every line. In a thread of its own: there a planted bug comes before the product. */
async function runTraced(plan: Plan): Promise<number> {
  await using crew = new Crew(1, { plant: values.plant, trace: true });
  const result = await crew.one(plan);
  console.log(JSON.stringify(result.violations, undefined, 2));
  return result.violations.length > 0 ? 1 : 0;
}

async function runMany(): Promise<number> {
  const first = Number(values.seed ?? values.from);
  const count = values.seed === undefined ? Number(values.seeds ?? 500) : 1;
  const line = createProgressLine(process.stdout, "Simulating");
  const tally = {
    seeds: 0,
    operations: 0,
    outcomes: 0,
    confirmed: 0,
    marks: 0,
    statements: 0,
    days: 0,
    broken: 0,
  };
  const traces = new Map<number, string>();
  const failed: SeedResult[] = [];
  const began = performance.now();
  await using crew = new Crew(Math.min(Number(values.workers), count), { plant: values.plant });
  await crew.run(plans(first, count), (result) => {
    const before = traces.get(result.plan.seed);
    if (before !== undefined && before !== result.trace)
      failed.push({
        ...result,
        violations: [{ invariant: "trace", what: `${before} and then ${result.trace}` }],
      });
    traces.set(result.plan.seed, result.trace);
    if (result.violations.length > 0) failed.push(result);
    if (before === undefined) addUp(tally, result);
    line.show(tally.seeds, count);
    return values["keep-going"] || failed.length === 0;
  });
  line.end();
  for (const each of failed) await report(each, crew);
  const seconds = (performance.now() - began) / 1_000;
  console.log(
    `${tally.seeds} seeds, ${failed.length} with a broken rule; ${tally.operations} operations, ${tally.outcomes} outcomes, ${tally.confirmed} confirmed by devices, ${tally.marks} marks in documents, ${tally.statements} statements, ` +
      `${tally.days.toFixed(1)} simulated days in ${seconds.toFixed(0)} s (${(tally.seeds / seconds).toFixed(1)} seeds/s)`,
  );
  return failed.length > 0 ? 1 : 0;
}

function addUp(
  tally: Record<"seeds" | "operations" | "outcomes" | "confirmed" | "marks" | "statements" | "days", number>,
  result: SeedResult,
): void {
  tally.seeds += 1;
  tally.operations += result.operations;
  tally.outcomes += result.outcomes;
  tally.confirmed += result.confirmed;
  tally.marks += result.marks;
  tally.statements += result.statements;
  tally.days += result.elapsed / 86_400_000;
}

/** Every hundredth twice; so is a seed that was asked for alone. */
function* plans(first: number, count: number): Generator<Plan> {
  for (let seed = first; seed < first + count; seed += 1) {
    yield planOf(seed, changes());
    if (seed % TWICE === 0 || count === 1) yield planOf(seed, changes());
  }
}

function changes(): PlanChanges {
  const { faults, devices, servers, actions, documents } = values;
  const named = faults === undefined || faults === "none" ? [] : faults.split(",");
  const unknown = named.find((name) => !isFaultName(name));
  if (unknown !== undefined) throw new Error(`No fault is called ${unknown}; --help lists them.`);
  return {
    ...(faults === undefined ? {} : { faults: named.filter(isFaultName) }),
    ...(devices === undefined ? {} : { devices: Number(devices) }),
    ...(servers === undefined ? {} : { servers: Number(servers) }),
    ...(actions === undefined ? {} : { actions: Number(actions) }),
    ...(documents === undefined ? {} : { documents: documents === "yes" }),
  };
}

async function report(result: SeedResult, crew: Crew): Promise<void> {
  const smallest =
    values["no-shrink"] || values.plant !== undefined
      ? result
      : await shrink(result, (plan) => crew.one(plan));
  console.log(`\nSeed ${result.plan.seed} broke a rule:`);
  for (const { invariant, what } of smallest.violations.slice(0, 5)) console.log(`  ${invariant}: ${what}`);
  console.log(`Repeat it: ${repeatLine(smallest.plan, values.plant)}`);
  if (values.plant === undefined && !values["no-shrink"]) console.log(`Kept as ${saveRegression(smallest)}`);
}
