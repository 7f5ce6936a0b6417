import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { cleanUpFails, measureCleanUp } from "./clean-up.ts";
import { measureContention } from "./contention.ts";
import { measureNearby } from "./nearby.ts";
import { measureReplay } from "./replay.ts";
import { openStage, type Stage } from "./stage.ts";
import { measureWire, wireFaults } from "./wire.ts";

const HELP = `Measures HealthBridge on this machine. Numbers are for comparing within one run: machines differ, and so do days.

  npm run bench -- replay [--json FILE]   bookings per second: batches of 500 against one at a time
  npm run bench -- wire   [--json FILE]   bytes on the wire, both ways, heads and bodies
  npm run bench -- nearby [--json FILE]   milliseconds to find doctors nearby among 200,000, against a scan
  npm run bench -- contention [--attempts N] [--json FILE]   a million attempts (or N) of 32 clients on a thousand day sheets
  npm run bench -- clean-up [--appointments N] [--json FILE]   bookings while a million finished appointments (or N) are put away, and the space that frees
  npm run bench -- --smoke                the first two, shortly; ends with 1 if more bytes go over the wire than design allows

A database of its own is started for the run; BENCH_DATABASE_URL names another (an empty one).`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    attempts: { type: "string", default: "1000000" },
    appointments: { type: "string", default: "1000000" },
    smoke: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** Places that are searched among. */
const PLACES = 200_000;

async function measure(name: string, stage: Stage) {
  if (name === "clean-up") return measureCleanUp(stage, Number(values.appointments));
  if (name === "contention") return measureContention(stage, Number(values.attempts));
  if (name === "nearby") return measureNearby(stage, PLACES, 15);
  return name === "replay" ? measureReplay(stage, values.smoke ? 2 : 7) : measureWire(stage);
}

const wanted = values.smoke ? ["replay", "wire"] : positionals;

if (values.help || wanted.length === 0) {
  console.log(HELP);
} else {
  await using stage = await openStage(
    (line) => console.log(line),
    wanted.includes("clean-up") ? "bench/night-server.ts" : undefined,
  );
  for (const name of wanted) {
    const result = await measure(name, stage);
    console.log(JSON.stringify(result, undefined, 2));
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
    if ("overlaps" in result && result.overlaps + result.errors + result.sheetsWrong > 0)
      process.exitCode = 1;
    if ("putAway" in result) for (const fault of result.faults) console.error(`Wrong: ${fault}`);
    if ("putAway" in result && cleanUpFails(result)) process.exitCode = 1;
    if (!("nothingChanged" in result)) continue;
    const faults = wireFaults(result);
    for (const fault of faults) console.error(`Over the limit: ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
}
