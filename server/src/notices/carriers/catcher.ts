import type { Clock } from "../../adapters/clock.ts";
import { CHANNELS, type Channel } from "../plan.ts";
import { type Carrier, hasAddress, type Letter } from "./carrier.ts";

/** What would have been sent, and when (ms). */
export interface Caught {
  readonly at: number;
  readonly channel: Channel;
  readonly letter: Letter;
}

/** Carriers that send nothing and keep what they were given, for the demo. */
export interface Catcher {
  readonly carriers: readonly Carrier[];
  /** newest first */
  caught(): readonly Caught[];
}

const KEPT = 200;

/** Keeps the newest letters in memory: they hold what people were to be told, and go with the process. */
export function createCatcher(clock: Clock): Catcher {
  const kept: Caught[] = [];
  const carrier = (channel: Channel): Carrier => ({
    channel,
    reaches: (to) => hasAddress(channel, to),
    send(letter) {
      kept.unshift({ at: clock.now(), channel, letter });
      kept.length = Math.min(kept.length, KEPT);
      return Promise.resolve({ status: "sent" });
    },
  });
  return { carriers: CHANNELS.map(carrier), caught: () => [...kept] };
}
