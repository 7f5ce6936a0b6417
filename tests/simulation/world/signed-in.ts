import type { MemoryDisk } from "../../../client-sdk/src/index.ts";
import { within } from "../calm.ts";
import type { Plan } from "../plan.ts";
import { Trace } from "../trace.ts";
import { Workload } from "../workload/workload.ts";
import type { Base } from "./base.ts";
import { World } from "./world.ts";

/** Devices of each person that begin signed in; one more of hers begins empty. */
const DEVICES_EACH = 3;

const CALM: Plan = { seed: -1, faults: [], devices: 0, servers: 1, actions: 0 };

/** The base after everybody has signed in on devices and read everything there is: what most runs begin with, for that takes as long as half of a run. */
export async function signEverybodyIn(base: Base): Promise<Base> {
  const world = new World(CALM, base, new Trace());
  const workload = new Workload(world);
  for (const server of world.servers) server.start();
  const disks = new Map<string, readonly MemoryDisk[]>();
  for (const person of world.honest) {
    const own: MemoryDisk[] = [];
    for (let count = 0; count < DEVICES_EACH; count += 1) {
      const device = world.addDevice(person);
      const app = await device.open();
      if (app === undefined) throw new Error("a new device could not be opened");
      await within(world, workload.begin(device));
      await within(world, app.sync());
      await within(world, app.close());
      own.push(device.disk);
    }
    disks.set(person.login, own);
  }
  return { ...base, rows: world.database.snapshot(), start: world.time.now(), disks };
}
