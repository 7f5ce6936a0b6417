import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../setup/process.ts";
import { check, type Findings } from "./checker/check.ts";
import { type Evidence, gatherEvidence, readRows } from "./checker/evidence.ts";
import { Journal, type RigLine } from "./history.ts";
import { type House, openHouse } from "./house/house.ts";
import type { ChaosOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import { replayOld } from "./replay.ts";
import { beginStorm } from "./storm.ts";
import { beginWatch } from "./watch.ts";

/** What one run came to. */
export interface RunResult {
  readonly options: ChaosOptions;
  /** which database, with its version */
  readonly database: string;
  readonly folder: string;
  readonly evidence: Evidence;
  readonly findings: Findings;
  /** faults by kind */
  readonly faults: ReadonlyMap<string, number>;
  /** from the calm until the last device was through, ms; undefined where one never was */
  readonly drainedMs: number | undefined;
}

const PROCESSES = 3;
/** Mean time between two batches of one device: as much work as two cores carry beside everything else. */
const BATCH_EVERY_MS = 1_500;
/** Mean time between two big faults. */
const BLOW_EVERY_MS = 3_000;
/** In the control, where nothing but the database is killed. */
const CONTROL_BLOW_EVERY_MS = 4_000;
/** So long we wait for devices that are late, to tell slow from stuck. */
const LONGEST_DRAIN_MS = 120_000;

export async function runChaos(
  options: ChaosOptions,
  folder: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<RunResult> {
  const { seed, minutes, clients, servers, database: flavour, durable, work, withRedis } = options;
  await mkdir(folder, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const house = stack.use(
    await openHouse({
      folder,
      flavour,
      durable,
      withRedis,
      work,
      servers,
      devices: clients,
      processes: PROCESSES,
      seed,
      everyMs: BATCH_EVERY_MS,
      say: (line) => progress.say(line),
    }),
  );
  const journal = new Journal<RigLine>(join(folder, "rig.jsonl"));
  stack.defer(() => journal.close());
  const faults = new Map<string, number>();
  const watch = beginWatch(house, journal);
  stack.defer(() => watch.stop());
  journal.write({ e: "phase", phase: "storm" });
  for (const client of house.clients) client.tell({ do: "work" });
  const storm = beginStorm({
    house,
    seed,
    everyMs: durable ? BLOW_EVERY_MS : CONTROL_BLOW_EVERY_MS,
    ...(durable ? {} : { kinds: ["kill database"] }),
    journal,
    onFault: (kind) => faults.set(kind, (faults.get(kind) ?? 0) + 1),
  });
  await weather(house, minutes * 60_000, faults, progress, signal);
  await storm.over();
  signal.throwIfAborted();
  journal.write({ e: "phase", phase: "calm" });
  progress.say("The faults are over. Waiting until everything is through …");
  const drainedMs = await drain(house);
  journal.write({ e: "phase", phase: "drained" });
  // Once more: what others did meanwhile is news to those that were through first.
  await drain(house);
  await watch.stop();
  for (const client of house.clients) client.tell({ do: "view" });
  await until("devices to write down what they show", () =>
    house.clients.every((client) => client.has("viewed")),
  );
  const rowsShown = await readRows(house.database.direct);
  progress.say("Sending old operations again …");
  await replayOld(house, seed);
  progress.say("Checking the histories against the tables …");
  const evidence = await gatherEvidence(folder, house.database.direct, rowsShown);
  const findings = withCrashes(check(evidence), house);
  return { options, database: house.database.name, folder, evidence, findings, faults, drainedMs };
}

/** Lets the storm go on that long, and tells how things stand. */
async function weather(
  house: House,
  ms: number,
  faults: ReadonlyMap<string, number>,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < ms && !signal.aborted) {
    await pause(500, undefined, { signal }).catch(() => undefined);
    const settled = house.clients.reduce((sum, client) => sum + client.settled, 0);
    const waiting = house.clients.reduce((sum, client) => sum + client.waiting, 0);
    const made = [...faults.values()].reduce((sum, count) => sum + count, 0);
    const share = Math.min(1, (performance.now() - began) / ms);
    progress.show(share, `${settled} operations settled, ${waiting} waiting, ${made} faults so far`);
    if (crashes(house).length > 0) return;
  }
}

/** Answers after how many ms the last device was through. */
async function drain(house: House): Promise<number | undefined> {
  const began = performance.now();
  for (const client of house.clients) client.tell({ do: "drain" });
  const through = (): boolean =>
    house.clients.every(({ devices, drained }) =>
      devices.every(({ name }) => drained.get(name) !== undefined),
    );
  while (!through() && performance.now() - began < LONGEST_DRAIN_MS && crashes(house).length === 0)
    await pause(50);
  const all = house.clients.flatMap(({ drained }) => [...drained.values()]);
  return through() && all.every(Boolean) ? performance.now() - began : undefined;
}

/** Processes that ended by themselves. */
function crashes(house: House): readonly string[] {
  const servers = house.entrances.filter(({ server }) => server.crashed);
  const clients = house.clients.filter((client) => client.crashed);
  return [
    ...servers.map(({ server }) => `${server.name} ended by itself:\n${lastLines(server.said())}`),
    ...clients.map((client) => `${client.name} ended by itself:\n${lastLines(client.said())}`),
  ];
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-12).join("\n");
}

function withCrashes(findings: Findings, house: House): Findings {
  const violations = crashes(house).map((what) => ({ rule: "processes", what }));
  return { ...findings, violations: [...violations, ...findings.violations] };
}
