import type { Runtime } from "@healthbridge/client-sdk";

/**
 * A runtime whose network can be exchanged while a device is open: it opens with plain HTTP, and a socket is fetched and put in once somebody writes to her doctor.
 * Until then nobody pays for it, in bytes or in battery.
 */
export interface LateRuntime extends Runtime {
  /** Speaks through this runtime from now on; `undefined`: as at first. */
  use(other: Runtime | undefined): void;
}

export function lateRuntime(first: Runtime): LateRuntime {
  let now = first;
  const listeners = new Map<() => void, () => void>();
  return {
    ...first,
    fetch: (url, init) => now.fetch(url, init),
    onOnline(listener) {
      listeners.set(listener, now.onOnline(listener));
      return () => {
        listeners.get(listener)?.();
        listeners.delete(listener);
      };
    },
    use(other) {
      now = other ?? first;
      for (const [listener, stop] of listeners) {
        stop();
        listeners.set(listener, now.onOnline(listener));
      }
    },
  };
}
