import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseRuntime } from "./runtime.ts";

/** The machine's own clock, randomness and timers. */
export const systemRuntime: DatabaseRuntime = {
  now: () => performance.now(),
  random: () => Math.random(),
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
  after: (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
