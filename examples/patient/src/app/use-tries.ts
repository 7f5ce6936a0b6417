import { useEffect, useState } from "preact/hooks";

/** How often something that failed is worth another try: once more with each connection that comes. */
export function useTries(failed: boolean, isOnline: boolean): number {
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (failed && isOnline) setTries((count) => count + 1);
  }, [failed, isOnline]);
  return tries;
}
