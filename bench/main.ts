import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { measureApps } from "./apps.ts";
import { chatFaults, measureChat } from "./chat/measure.ts";
import { cleanUpFails, measureCleanUp } from "./clean-up.ts";
import { measureContention } from "./contention.ts";
import { measureDemand } from "./demand/measure.ts";
import { measureNearby } from "./nearby.ts";
import { measureReplay } from "./replay.ts";
import { measureSeal } from "./seal.ts";
import { measureSockets, socketFaults } from "./sockets/measure.ts";
import { openStage } from "./stage.ts";
import { measureWire, wireFaults } from "./wire.ts";

const HELP = `Measures HealthBridge on this machine. Numbers are for comparing within one run: machines differ, and so do days.

  npm run bench -- replay [--json FILE]   bookings per second: batches of 500 against one at a time
  npm run bench -- wire   [--json FILE]   bytes on the wire, both ways, heads and bodies
  npm run bench -- nearby [--json FILE]   milliseconds to find doctors nearby among 200,000, against a scan
  npm run bench -- contention [--attempts N] [--json FILE]   a million attempts (or N) of 32 clients on a thousand day sheets
  npm run bench -- demand [--requests N] [--seed N] [--json FILE]   how many requests made without a network end booked: single wish, ranked wishes, leases
  npm run bench -- chat [--conversations N] [--json FILE]   lines a second from screen to screen, each committed first, beside a plain relay that stores nothing and a bare one that stores one row for a line
  npm run bench -- apps [--json FILE]     bytes and times of the three apps in Chromium on a 2G line: first load, and again from what the device kept
  npm run bench -- clean-up [--appointments N] [--json FILE]   bookings while a million finished appointments (or N) are put away, and the space that frees
  npm run bench -- seal [--json FILE]     what encryption at rest costs on a device: each row, a transaction of many, unlocking
  npm run bench -- sockets [--sockets N] [--json FILE]   memory of an idle socket, against ws alone
  npm run bench -- --smoke                replay, wire and sockets, shortly; ends with 1 if more bytes go over the wire, or stay for a socket, than design allows

A database of its own is started for the run; BENCH_DATABASE_URL names another (an empty one).`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    attempts: { type: "string", default: "1000000" },
    requests: { type: "string", default: "1800" },
    seed: { type: "string", default: "1" },
    appointments: { type: "string", default: "1000000" },
    conversations: { type: "string", default: "200" },
    sockets: { type: "string", default: "1000" },
    smoke: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** Places that are searched among. */
const PLACES = 200_000;
/** How often each app is opened again. */
const APP_LOADS = 9;
/** Sockets where it is only seen whether it works. */
const SMOKE_SOCKETS = 200;

const say = (line: string): void => {
  console.log(line);
};

function whole(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} takes a whole number, not ${text}`);
  return Number(text);
}

async function measure(name: string) {
  if (name === "demand")
    return measureDemand({
      seed: whole("--seed", values.seed),
      requests: whole("--requests", values.requests),
      say,
    });
  if (name === "seal") return measureSeal(say);
  if (name === "apps") return await measureApps(say, APP_LOADS);
  if (name === "sockets") {
    await using stage = await openStage(say, "bench/sockets/line-server.ts");
    return await measureSockets(stage, values.smoke ? SMOKE_SOCKETS : whole("--sockets", values.sockets));
  }
  const cleans = name === "clean-up";
  await using stage = await openStage(say, cleans ? "bench/night-server.ts" : undefined);
  if (cleans) return await measureCleanUp(stage, Number(values.appointments));
  if (name === "contention") return await measureContention(stage, Number(values.attempts));
  if (name === "chat")
    return await measureChat(stage, {
      conversations: whole("--conversations", values.conversations),
      rounds: 5,
      seconds: 8,
    });
  if (name === "nearby") return await measureNearby(stage, PLACES, 15);
  return name === "replay" ? await measureReplay(stage, values.smoke ? 2 : 7) : await measureWire(stage);
}

const wanted = values.smoke ? ["replay", "wire", "sockets"] : positionals;

if (values.help || wanted.length === 0) {
  console.log(HELP);
} else {
  for (const name of wanted) {
    const result = await measure(name);
    console.log(JSON.stringify(result, undefined, 2));
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
    if ("overlaps" in result && result.overlaps + result.errors + result.sheetsWrong > 0)
      process.exitCode = 1;
    if ("putAway" in result) for (const fault of result.faults) console.error(`Wrong: ${fault}`);
    if ("putAway" in result && cleanUpFails(result)) process.exitCode = 1;
    if ("throughputRatio" in result) {
      const faults = chatFaults(result);
      for (const fault of faults) console.error(`Short of the mark: ${fault}`);
      if (faults.length > 0) process.exitCode = 1;
    }
    const faults =
      "nothingChanged" in result
        ? wireFaults(result)
        : "overPlainBytes" in result
          ? socketFaults(result)
          : [];
    for (const fault of faults) console.error(`Over the limit: ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
}
