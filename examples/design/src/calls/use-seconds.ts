import { useEffect, useState } from "preact/hooks";

/** Seconds since something began; `undefined`: it has not. Something else begins at 0 again. */
export function useSeconds(of: string | undefined): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (of === undefined) return undefined;
    const begun = performance.now();
    setSeconds(0);
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - begun) / 1000)), 1000);
    return () => clearInterval(timer);
  }, [of]);
  return seconds;
}
