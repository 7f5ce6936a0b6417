import type { FaultName } from "../faults.ts";
import type { World } from "../world/world.ts";
import type { Workload } from "../workload/workload.ts";
import { changeRights, revoke, signOut } from "./accounts.ts";
import { daysPass, restore } from "./ages.ts";
import { clone } from "./copies.ts";
import {
  fillDisk,
  killDatabase,
  killDevice,
  killServer,
  pauseServer,
  restartServer,
  secondTab,
} from "./crashes.ts";
import { flap, mendLine, spoilLine } from "./line-faults.ts";
import { DAY_MS, MINUTE_MS, Scene, SECOND_MS } from "./scene.ts";
import { StatementFaults } from "./statement-faults.ts";

const YEAR_MS = 365 * DAY_MS;

/** How often something goes wrong between two things that people do. */
const STRIKE_PERCENT = 35;

type Strike = (scene: Scene) => Promise<void> | void;

/** Does to the world what the plan's faults say, until it is told to end. */
export class Chaos {
  readonly #scene: Scene;
  readonly #statements: StatementFaults;
  readonly #strikes: readonly (readonly [FaultName, Strike])[];

  constructor(world: World, workload: Workload) {
    this.#scene = new Scene(world, workload);
    this.#statements = new StatementFaults(this.#scene);
    const strikes: readonly (readonly [FaultName, Strike])[] = [
      ["flap", flap],
      [
        "read-only",
        () => {
          this.#statements.refuseWrites();
        },
      ],
      ["database-kill", killDatabase],
      ["server-kill", killServer],
      ["server-pause", pauseServer],
      ["server-restart", restartServer],
      ["device-kill", killDevice],
      ["device-clock", turnClock],
      ["disk-full", fillDisk],
      ["two-tabs", secondTab],
      ["clone", clone],
      ["sign-out", signOut],
      ["revoke", revoke],
      ["rights", changeRights],
      ["days-pass", daysPass],
      ["restore", restore],
    ];
    this.#strikes = strikes.filter(([fault]) => world.on(fault));
  }

  /** Puts the faults on every line and every statement. */
  begin(): void {
    const { world, random } = this.#scene;
    const { devices, servers } = world;
    world.onStatement = (info) => this.#statements.of(info);
    for (const device of devices) spoilLine(this.#scene, device);
    if (world.on("server-clock"))
      for (const server of servers) server.skew = random.between(-5 * MINUTE_MS, 5 * MINUTE_MS);
    if (world.on("device-clock")) for (const device of devices) device.skew = wrongBy(this.#scene);
  }

  /** Ends all faults; what they broke stays broken. */
  end(): void {
    const { world } = this.#scene;
    this.#scene.over = true;
    world.onStatement = () => undefined;
    for (const device of world.devices) {
      mendLine(device);
      device.disk.capacity = Infinity;
    }
    for (const server of world.servers) server.skew = 0;
  }

  /** Perhaps one thing that goes wrong between two things that people do. */
  async strike(): Promise<void> {
    const { random, world } = this.#scene;
    if (this.#strikes.length === 0 || !random.percent(STRIKE_PERCENT)) return;
    const [name, act] = random.pick(this.#strikes);
    world.trace.note(`strike ${name}`);
    await act(this.#scene);
  }

  /** Everybody who was about to sign in has done so, or has given up. */
  get everybodyIsThere(): boolean {
    return this.#scene.changing.size === 0;
  }
}

function turnClock(scene: Scene): void {
  scene.device().skew = wrongBy(scene);
}

/** ms */
function wrongBy({ random }: Scene): number {
  return random.pick([0, DAY_MS, -DAY_MS, 10 * YEAR_MS, -10 * YEAR_MS, 90 * SECOND_MS, -90 * SECOND_MS]);
}
