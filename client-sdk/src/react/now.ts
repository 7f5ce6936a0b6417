import { useSyncExternalStore } from "react";
import { platformRuntime } from "../adapters/platform-runtime.ts";
import { ENOUGH } from "../adapters/runtime.ts";
import { type Clock, useParts } from "./context.ts";
import { Pulse } from "../pulse.ts";
import type { SyncStatus } from "../sync/status.ts";
import { useStatus } from "./status.ts";

const MINUTE_MS = 60_000;

/**
 * The time of day, ms since 1970 in whole minutes; the component is rendered anew when the next one begins. For what changes as time goes by: which day is today,
 * "in 20 minutes", what is free from now on. It is the device's clock, put right by what the server's showed when they last met (`ahead` of the status), for people set
 * clocks wrongly and start a tablet with a dead battery; so it is not to be compared with what the device's own clock noted. 0 on a server.
 * @example const minutes = Math.round((Date.parse(appointment.start) - useNow()) / 60_000); // "in 20 minutes"
 */
export function useNow(): number {
  const clock = useParts().clock ?? platformClock();
  const ahead = useStatus(minutesAhead);
  return useSyncExternalStore(
    minutesOf(clock).subscribe,
    () => (Math.floor(clock.now() / MINUTE_MS) + ahead) * MINUTE_MS,
    () => 0,
  );
}

/** Whole ones, so that a minute begins when it does on the device's own clock; less than half of one corrects nothing, for an answer takes a while to arrive. */
function minutesAhead({ ahead }: SyncStatus): number {
  return Math.round(ahead / MINUTE_MS);
}

let platform: Clock | undefined;

/** Here, so that only who asks for the time fetches it. */
function platformClock(): Clock {
  platform ??= platformRuntime();
  return platform;
}

const minutes = /* @__PURE__ */ new WeakMap<Clock, Pulse>();

/** Beats at the beginning of each minute. */
function minutesOf(clock: Clock): Pulse {
  const pulse = minutes.get(clock) ?? new Pulse((beat) => everyMinute(clock, beat));
  minutes.set(clock, pulse);
  return pulse;
}

function everyMinute(clock: Clock, beat: () => void): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(MINUTE_MS - (clock.now() % MINUTE_MS), signal);
      beat();
    }
  };
  run().catch(() => undefined); // nobody listens any more
  return () => {
    ending.abort(ENOUGH);
  };
}
