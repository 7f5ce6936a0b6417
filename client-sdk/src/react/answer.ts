import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { keepSame } from "./keep-same.ts";
import type { Pulse } from "../pulse.ts";

/** How a hook reads. */
export interface Question<T> {
  /** when to look again; `undefined`: there is nothing to read from, and the answer is `empty` */
  readonly pulse: Pulse | undefined;
  readonly read: () => T;
  /** the answer on a server and while a page is hydrated */
  readonly empty: () => T;
  /** what `read` depends on beside the pulse; always as many */
  readonly about: readonly unknown[];
  /** how what says the same stays the same object; default: as a whole */
  readonly keep?: (before: T | undefined, after: T) => T;
}

interface Answer<T> {
  readonly value: T;
  /** of which moment it is; `undefined`: unknown, so it is asked again */
  readonly beats: number | undefined;
}

/**
 * Reads from a device and renders when the answer has changed. React may ask at any time, also in the middle of rendering, and gets the same object for as long as
 * the answer is the same; where a filter is another function on each rendering it is asked anew, and the answer is still the same object.
 */
export function useAnswer<T>({ pulse, read, empty, about, keep = keepSame }: Question<T>): T {
  /** what is on the screen: kept where the question is another one with the same answer */
  const shown = useRef<Answer<T> | undefined>(undefined);
  const nothing = useMemo(empty, about);
  const look = useMemo(() => {
    if (pulse === undefined) return () => nothing;
    let answer = shown.current;
    return (): T => {
      const { beats } = pulse;
      if (answer?.beats === undefined || answer.beats !== beats)
        answer = { value: keep(answer?.value, read()), beats };
      return answer.value;
    };
    // What `read` depends on is in `about`; `keep` is always the same.
  }, [pulse, nothing, ...about]);
  const value = useSyncExternalStore(pulse?.subscribe ?? never, look, () => nothing);
  useEffect(() => {
    shown.current = { value, beats: undefined };
  }, [value]);
  return value;
}

function never(): () => void {
  return () => undefined;
}
