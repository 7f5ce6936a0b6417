import { setTimeout as wait } from "node:timers/promises";
import { blocked, isBusy } from "./sqlite-error.ts";

/** How long we wait for other processes before we say so. Longer than any transaction is allowed to be held. */
const PATIENCE_MS = 60_000;
/** What a transaction takes on a slow disk; waiting longer between two tries would only leave the file idle. */
const LONGEST_PAUSE_MS = 25;

/** Tries until nobody else holds the file, without stopping the rest of this process in the meantime. */
export async function patiently<T>(path: string, step: () => T): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return step();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > deadline) throw blocked(path, error);
    }
    await wait(pause);
  }
}
