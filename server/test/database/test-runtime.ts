import type { DatabaseRuntime } from "../../src/database/runtime.ts";

export interface TestRuntime extends DatabaseRuntime {
  /** Every wait that was asked for; none of them took any time. */
  readonly waits: readonly number[];
  /** Lets the clock pass: fires every timer that is due. */
  advance(milliseconds: number): void;
}

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that moves only when told, waits that are over at once, and a die that always shows the same. */
export function testRuntime(random = 0): TestRuntime {
  let clock = 0;
  const waits: number[] = [];
  const timers = new Set<Timer>();
  return {
    waits,
    now: () => clock,
    random: () => random,
    sleep: (milliseconds) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
    after: (milliseconds, action) => {
      const timer = { at: clock + milliseconds, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (milliseconds) => {
      clock += milliseconds;
      for (const timer of [...timers].filter(({ at }) => at <= clock)) {
        timers.delete(timer);
        timer.action();
      }
    },
  };
}
