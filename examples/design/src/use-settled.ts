import { useEffect, useState } from "preact/hooks";

/** So long a button that has come to mean something else takes no press, ms: the second of two slow taps was meant for what it said before. */
export const SETTLES_MS = 3_000;

/** Whether something has been the same for a moment, so that whoever presses it has seen what it says. */
export function useSettled(what: string | undefined): boolean {
  const [settled, setSettled] = useState(what);
  useEffect(() => {
    if (settled === what) return undefined;
    const timer = setTimeout(() => setSettled(what), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [what, settled]);
  return settled === what;
}
