import { useEffect, useRef, useState } from "preact/hooks";

const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * How often something that is wanted of the server is worth a try: with each connection that comes, and less and less often for as long as it is the same that is wanted.
 * @param wanted what is wanted; `undefined`: nothing is
 */
export function useTries(wanted: string | undefined, isOnline: boolean): number {
  const [tries, setTries] = useState(0);
  const made = useRef({ of: wanted, pause: 0, until: 0 });
  useEffect(() => {
    if (made.current.of !== wanted) made.current = { of: wanted, pause: 0, until: 0 };
    const { pause, until } = made.current;
    const now = performance.now();
    if (wanted === undefined || !isOnline || now < until) return;
    const longer = Math.min(2 * pause + FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    made.current = { of: wanted, pause: longer, until: now + pause };
    setTries((count) => count + 1);
  }, [wanted, isOnline]);
  return tries;
}
