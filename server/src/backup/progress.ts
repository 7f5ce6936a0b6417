import { stopSignal } from "../command/command-line.ts";
import { stepProgress } from "../import/progress-line.ts";

/** Shows how far each step is, until the first Ctrl-C: the next row then ends it, in order, and a database that was started for it is stopped as well. */
export function untilStopped(told: string) {
  const signal = stopSignal(told);
  const show = stepProgress(process.stderr);
  return {
    signal,
    progress: (step: string, done: number, all: number): void => {
      signal.throwIfAborted();
      show(step, done, all);
    },
  };
}
