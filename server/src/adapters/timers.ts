import { setTimeout as wait } from "node:timers/promises";

/** Waiting. */
export interface Timers {
  /** Resolves after that long; rejects when the signal is aborted first. Keeps the process alive. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls `action` once, later; the function returned calls it off. Does not keep the process alive. */
  after(milliseconds: number, action: () => void): () => void;
}

export const systemTimers: Timers = {
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
  after: (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
