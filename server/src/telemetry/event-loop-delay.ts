import type { Clock } from "../adapters/clock.ts";
import type { Timers } from "../adapters/timers.ts";

/** Often enough that whatever blocks for longer is seen, and seldom enough to cost nothing. */
const EVERY_MS = 100;

/**
 * Looks again and again how late a timer comes (ms): by so much was everybody kept waiting by something that computed. The function returned ends it.
 */
export function watchEventLoop(
  late: (ms: number) => void,
  { clock, timers }: { readonly clock: Clock; readonly timers: Pick<Timers, "after"> },
): () => void {
  let callOff: () => void;
  const look = (): void => {
    const due = clock.monotonic() + EVERY_MS;
    callOff = timers.after(EVERY_MS, () => {
      late(Math.max(0, clock.monotonic() - due));
      look();
    });
  };
  look();
  return () => {
    callOff();
  };
}
