import type { NetworkFault, SeededRandom } from "../../../client-sdk/src/testing/index.ts";
import type { Device } from "../world/device.ts";
import { MINUTE_MS, type Scene, SECOND_MS } from "./scene.ts";

const RETRY_AFTER = ["1", "0", "7", "30", "999999", "-5", "soon", "Wed, 21 Oct 2015 07:28:00 GMT"] as const;
const TWO_G = { latency: 300, jitter: 100, loss: 5, duplicates: 1, speed: 6_250 } as const;
const CALM = { up: true, latency: 20, jitter: 5, loss: 0, duplicates: 0, speed: 1_000_000 } as const;

/** Puts the plan's faults on a device's line. */
export function spoilLine({ world, random: all }: Scene, device: Device): void {
  const random = all.fork(`line of ${device.name}`);
  if (world.on("2g")) device.network.conditions = { up: true, ...TWO_G };
  const kinds = (
    [
      "cut-request",
      "cut-response",
      "duplicate",
      "echo",
      "delay",
      "silence",
      "captive-portal",
      "bad-gateway",
      "busy",
    ] as const
  ).filter((kind) => world.on(kind));
  device.network.faults = ({ bytes }) =>
    kinds.length > 0 && random.percent(35) ? networkFault(random.pick(kinds), random, bytes) : undefined;
}

/** Ends them. */
export function mendLine({ network }: Device): void {
  network.faults = () => undefined;
  network.conditions = CALM;
}

/** A line goes, and comes back; the platform says so or does not. */
export function flap(scene: Scene): void {
  const { random, world } = scene;
  const device = scene.device();
  const { network } = device;
  network.setUp(false);
  world.time.after(random.between(1, 120) * SECOND_MS, () => {
    network.setUp(true);
    if (random.percent(50)) device.online();
  });
}

// oxlint-disable-next-line typescript/consistent-return -- every kind has its case, which tsc and the exhaustiveness rule see to
function networkFault(kind: NetworkFault["kind"], random: SeededRandom, bytes: number): NetworkFault {
  switch (kind) {
    case "cut-request":
      return { kind, after: random.between(0, bytes) };
    case "cut-response":
      return { kind, after: random.pick([0, random.between(0, 200), random.between(0, 6_000)]) };
    case "echo":
      return { kind, ms: random.pick([5, 500, 30 * SECOND_MS, 5 * MINUTE_MS]) };
    case "delay":
      return { kind, ms: random.between(1, 20 * SECOND_MS) };
    case "captive-portal":
      return { kind, status: random.pick([200, 302, 511] as const) };
    case "bad-gateway":
      return { kind, status: random.pick([502, 504] as const) };
    case "busy":
      return { kind, status: random.pick([429, 503] as const), retryAfter: random.pick(RETRY_AFTER) };
    case "duplicate":
    case "silence":
      return { kind };
  }
}
