/** One thread that runs plans one after another. With a planted bug it reads the product's files with that bug in them. */
import { parentPort, workerData } from "node:worker_threads";
import type { Plan } from "./plan.ts";
import type { SeedResult } from "./run-seed.ts";

/** What a thread is started with. */
export interface WorkerStart {
  /** name of the planted bug */
  readonly plant?: string | undefined;
  /** says every line of what happens */
  readonly trace?: boolean;
}

/** What a thread answers. */
export interface WorkerAnswer {
  readonly result: SeedResult;
}

// A phone without it sends its requests unpacked. Packing happens outside of JavaScript's own thread, and when it comes back is up to the machine.
Reflect.set(globalThis, "CompressionStream", undefined);

const start: WorkerStart = workerData;
if (start.plant !== undefined) {
  const { plantBug } = await import("./planted/plant.ts");
  plantBug(start.plant);
}
await import("./world/limits.ts");
await import("./world/yjs-ids.ts");
// After planting: whatever this loads is the product under test.
const { runSeed } = await import("./run-seed.ts");

parentPort?.on("message", (plan: Plan) => {
  void answer(plan);
});

async function answer(plan: Plan): Promise<void> {
  const result = await runSeed(plan, start.trace === true ? console.log : undefined);
  const message: WorkerAnswer = { result };
  parentPort?.postMessage(message);
}
