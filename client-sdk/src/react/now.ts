import { useSyncExternalStore } from "react";
import { platformRuntime } from "../adapters/platform-runtime.ts";
import { ENOUGH } from "../adapters/runtime.ts";
import { type Clock, useParts } from "./context.ts";
import { Pulse } from "../pulse.ts";

const MINUTE_MS = 60_000;

/**
 * The time of day, ms since 1970 by the device's clock, rounded down to the minute; the component is rendered anew when the next one begins. For what changes as time goes by:
 * "in 20 minutes", what is free from now on. 0 on a server.
 * @example const minutes = Math.round((Date.parse(appointment.start) - useNow()) / 60_000); // "in 20 minutes"
 */
export function useNow(): number {
  const clock = useParts().clock ?? platformClock();
  return useSyncExternalStore(
    minutesOf(clock).subscribe,
    () => wholeMinute(clock),
    () => 0,
  );
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
      await clock.sleep(wholeMinute(clock) + MINUTE_MS - clock.now(), signal);
      beat();
    }
  };
  run().catch(() => undefined); // nobody listens any more
  return () => {
    ending.abort(ENOUGH);
  };
}

function wholeMinute(clock: Clock): number {
  return Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
}
