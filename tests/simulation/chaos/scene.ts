import type { SeededRandom } from "../../../client-sdk/src/testing/index.ts";
import type { Device } from "../world/device.ts";
import type { ServerProcess } from "../world/server-process.ts";
import type { World } from "../world/world.ts";
import type { Workload } from "../workload/workload.ts";

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Where something goes wrong: what every strike is handed. */
export class Scene {
  readonly world: World;
  readonly workload: Workload;
  readonly random: SeededRandom;
  /** devices on which somebody signs out and somebody else in */
  readonly changing = new Set<Device>();
  over = false;

  constructor(world: World, workload: Workload) {
    this.world = world;
    this.workload = workload;
    this.random = world.random.fork("chaos");
  }

  device(): Device {
    return this.random.pick(this.world.devices);
  }

  server(): ServerProcess {
    return this.random.pick(this.world.servers);
  }

  /** A little later, unless all is calm by then. */
  later(ms: number, action: () => void): void {
    this.world.time.after(ms, () => {
      if (!this.over) action();
    });
  }

  /** For a while a device's line takes long: what it asks now arrives when other things have happened. */
  slow({ network }: Device, latency: number, ms: number): void {
    const usual = network.conditions.latency;
    network.conditions = { ...network.conditions, latency };
    this.later(ms, () => (network.conditions = { ...network.conditions, latency: usual }));
  }
}
