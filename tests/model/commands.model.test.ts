/**
 * Commands that fast-check draws, done by several people at once through three servers on each real database, and compared with a reference that does one after another.
 *
 * MODEL_RUNS=200 draws more programs for each database (default 12), MODEL_SEED=7 others. A failure prints its seed and path; with them (`MODEL_SEED=… MODEL_PATH=…`) the same
 * program is run again. The order in which the servers answer is not fast-check's to choose, so a fault that needs luck may need several tries: MODEL_TRIES=20.
 */
import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { seededRandom } from "../../client-sdk/src/testing/seeded-random.ts";
import { sheetRecords } from "../../server/src/operations/records/sheet-records.ts";
import { checkRun, NOTES } from "./commands/check-run.ts";
import { type Phase, program } from "./commands/program.ts";
import { runProgram } from "./commands/run-program.ts";
import { openServers, openTenant } from "./commands/tenant.ts";
import { drawing } from "./support/drawing.ts";
import { Line } from "./support/line.ts";
import { onServer, scratchDatabase, servers, type ServerUnderTest } from "./support/servers.ts";

/** Without its locks the product is caught within so many programs, or the comparison is worth nothing. */
const MOST_RUNS_OF_THE_CONTROL = 200;

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(servers)("commands on $flavour $version", (server) => {
  it("end as if they had been done one after another", async () => {
    await using house = await openHouse(server);
    const { tries, ...parameters } = drawing(12);
    const verdicts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(program, async (phases) => {
        for (let attempt = 0; attempt < tries; attempt++) count(verdicts, await house.runAndCheck(phases));
      }),
      parameters,
    );
    console.log(
      `${server.flavour}: ${[...verdicts].map(([verdict, times]) => `${times} ${verdict}`).join(", ")}`,
    );
    expect(verdicts.get("applied")).toBeGreaterThan(0);
  });

  it("control: do not, once day sheets are read without a lock", async () => {
    const load = sheetRecords.load.bind(sheetRecords);
    vi.spyOn(sheetRecords, "load").mockImplementation((source, ids) => load(source, ids, false));
    await using house = await openHouse(server);
    const found = await fc.check(
      fc.asyncProperty(program, async (phases) => {
        await house.runAndCheck(phases);
      }),
      { seed: drawing(1).seed, numRuns: MOST_RUNS_OF_THE_CONTROL, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});

/** Servers over a migrated database, where every program has a tenant of its own. */
async function openHouse(server: ServerUnderTest) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await scratchDatabase(server, { migrated: true }));
  await onServer(database, NOTES);
  const executors = stack.use(openServers(database.url));
  const line = stack.use(await Line.open(database.url));
  const random = seededRandom(drawing(1).seed);
  const owned = stack.move();
  return {
    /** Answers what everybody was told. */
    async runAndCheck(phases: readonly Phase[]): Promise<readonly string[]> {
      const tenant = await openTenant(executors, random);
      const told = await runProgram(executors, tenant, phases);
      await checkRun(line, executors, tenant, told);
      return told.flatMap(({ settlement }) =>
        settlement.outcomes.map((outcome) =>
          outcome.status === "applied" ? "applied" : outcome.problem.code,
        ),
      );
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function count(counts: Map<string, number>, words: readonly string[]): void {
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
}
