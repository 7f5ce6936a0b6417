import { ENOUGH, type Runtime } from "../adapters/runtime.ts";

/** Ends an exchange in which nothing has moved for a while. No fixed time decides: every byte that arrives starts the wait anew. */
export interface Watchdog {
  readonly signal: AbortSignal;
  /** Something has moved. */
  readonly touch: () => void;
  readonly end: () => void;
}

/**
 * @param patience ms without any movement
 * @param outer the caller's own signal
 */
export function watchdog(runtime: Runtime, patience: number, outer?: AbortSignal): Watchdog {
  const bite = new AbortController();
  const leash = new AbortController();
  let moved = runtime.monotonic();
  const watch = async (): Promise<void> => {
    for (;;) {
      const left = moved + patience - runtime.monotonic();
      if (left <= 0) {
        bite.abort(new Error("nothing moved"));
        return;
      }
      await runtime.sleep(left, leash.signal);
    }
  };
  watch().catch(() => undefined); // ended by its owner
  return {
    signal: outer === undefined ? bite.signal : AbortSignal.any([bite.signal, outer]),
    touch: () => {
      moved = runtime.monotonic();
    },
    end: () => {
      leash.abort(ENOUGH);
    },
  };
}
