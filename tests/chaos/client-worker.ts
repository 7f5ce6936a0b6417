/**
 * A process with some devices in it, killed with -9 and started again on the same files. It is told what to do by messages:
 *
 *   node --conditions=@healthbridge/source tests/chaos/client-worker.ts <plan.json>
 */
import { seededRandom } from "@healthbridge/client-sdk/testing";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Device, type DevicePlan } from "./client/device.ts";
import type { Order, Word } from "./client/messages.ts";

export interface WorkerPlan {
  readonly seed: number;
  /** where stores and histories are */
  readonly folder: string;
  readonly devices: readonly DevicePlan[];
  /** mean time between two batches of one device, ms */
  readonly everyMs: number;
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as WorkerPlan;
const random = seededRandom(plan.seed);
const say = (word: Word): void => {
  process.send?.(word);
};

const devices = await Promise.all(plan.devices.map((each) => Device.open(each, plan.folder, random)));
let shift = new AbortController();
let atWork: Promise<unknown> = Promise.resolve();

/** Until the shift is over. Whoever breaks here breaks the run: nothing the SDK says is expected to throw. */
async function workAt(device: Device, { signal }: AbortController): Promise<void> {
  const draws = random.fork(`times of ${device.plan.name} at ${performance.timeOrigin}`);
  while (!signal.aborted) {
    const ms = -Math.log(1 - draws()) * plan.everyMs;
    await pause(ms, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await device.work();
  }
}

const progress = setInterval(() => {
  const settled = devices.reduce((sum, device) => sum + device.settled, 0);
  const waiting = devices.reduce((sum, device) => sum + device.waiting, 0);
  say({ said: "progress", settled, waiting });
}, 500);

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case "work":
      shift = new AbortController();
      atWork = Promise.all(devices.map((device) => workAt(device, shift)));
      break;
    case "edit":
      await Promise.all(devices.map((device) => device.editByHand()));
      break;
    case "drain":
      shift.abort();
      await atWork;
      await Promise.all(
        devices.map(async (device) => {
          const done = await device.drain();
          say({ said: "drained", device: device.plan.name, done });
        }),
      );
      break;
    case "view":
      await Promise.all(devices.map((device) => device.view(`${plan.folder}/${device.plan.name}.view.json`)));
      say({ said: "viewed" });
      break;
    case "replay":
      for (const device of devices)
        await device.replay(order.operations.filter((each) => each.device === device.plan.name));
      say({ said: "replayed" });
      break;
    case "end":
      clearInterval(progress);
      await Promise.all(devices.map((device) => device.close()));
      process.disconnect();
      break;
  }
}

process.on("message", (order) => {
  void obey(order as Order);
});
say({ said: "ready" });
