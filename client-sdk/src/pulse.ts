import type { HealthBridge } from "./health-bridge.ts";
import { tell } from "./tell.ts";

/**
 * Beats whenever what a device shows may have changed. It says no more than that: whoever reads looks again, once for everything that changed in a turn, and is
 * rendered anew only where the answer is another one. It listens while somebody listens to it.
 */
export class Pulse {
  readonly #listen: (beat: () => void) => () => void;
  readonly #listeners = new Set<() => void>();
  #stop: (() => void) | undefined;
  #beats = 0;
  #due = false;

  /** @param listen begins to listen to whatever changes, and answers how to stop */
  constructor(listen: (beat: () => void) => () => void) {
    this.#listen = listen;
  }

  /** Another number after each change, at once; `undefined` while nobody listens, when nothing is known of changes. */
  get beats(): number | undefined {
    return this.#stop && this.#beats;
  }

  /** Bound, so that it is the same function for as long as the pulse is. */
  readonly subscribe = (listener: () => void): (() => void) => {
    // Two components may hand in one function.
    const own = (): void => listener();
    this.#listeners.add(own);
    this.#stop ??= this.#listen(this.beat);
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  };

  /** Something may have changed. */
  readonly beat = (): void => {
    this.#beats += 1;
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      tell(this.#listeners, undefined);
    });
  };
}

const pulses = /* @__PURE__ */ new WeakMap<object, Pulse>();

/** The one pulse of an open device, or of one of its parts. */
export function pulseOf<S extends object>(
  source: S,
  listen: (source: S, beat: () => void) => () => void,
): Pulse {
  const pulse = pulses.get(source) ?? new Pulse((beat) => listen(source, beat));
  pulses.set(source, pulse);
  return pulse;
}

/** The pulse of everything that `get`, `list`, `waiting`, `outcomes` and the status answer from. */
export function devicePulse(hb: HealthBridge): Pulse {
  return pulseOf(hb, listenToDevice);
}

/** Queueing and settling change the status; what was pulled, or written by another tab, is told as `changed`. */
function listenToDevice(hb: HealthBridge, beat: () => void): () => void {
  const stops = [
    hb.status.subscribe(beat),
    hb.on("changed", beat),
    hb.on("outcome", beat),
    hb.on("moved", beat),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
