/**
 * Keeps the simulation's database honest: the same statements on the same connections in the same order, on the model and on each real server, compared after every step (who waits
 * for a lock, what is answered, which error) and at the end (all rows).
 *
 * MODEL_RUNS=5000 draws more schedules for each server (default 60), MODEL_SEED=7 others. A failure prints its seed and path: MODEL_SEED=… MODEL_PATH=… does the same again.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { migrationTexts } from "../simulation/database/migration-texts.ts";
import { type Ending, ENDINGS, runSchedule, stopClock } from "./schedules/run-schedule.ts";
import { LINES, schedule } from "./schedules/schedule.ts";
import { drawing } from "./support/drawing.ts";
import { Line, openLines } from "./support/line.ts";
import { LockWatch } from "./support/lock-watch.ts";
import { scratchDatabase, servers, type ServerUnderTest } from "./support/servers.ts";

describe.each(servers)("the model database beside $flavour $version", (server) => {
  it("says the same at every step and holds the same rows", async () => {
    await using real = await openReal(server);
    const { tries: _, ...parameters } = drawing(60);
    const endings = new Map<Ending, number>(ENDINGS.map((ending) => [ending, 0]));
    let number = 0;
    await fc.assert(
      fc.asyncProperty(schedule, async (drawn) => {
        number += 1;
        const ending = await runSchedule(real, migrationTexts(), number, drawn);
        endings.set(ending, (endings.get(ending) ?? 0) + 1);
      }),
      parameters,
    );
    console.log(
      `${server.flavour}: ${[...endings].map(([ending, times]) => `${times} ${ending}`).join(", ")}`,
    );
    expect(endings.get("through")).toBeGreaterThan(number / 2);
  });
});

async function openReal(server: ServerUnderTest) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await scratchDatabase(server, { migrated: true }));
  const { all: lines } = stack.use(await openLines(database.url, LINES));
  const side = stack.use(await Line.open(database.url));
  const watch = stack.use(await LockWatch.open(database.url));
  for (const line of [...lines, side]) await stopClock(line);
  const owned = stack.move();
  return { lines, side, watch, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
