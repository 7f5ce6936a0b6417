import type { HealthBridge } from "@healthbridge/client-sdk";
import { useEffect, useState } from "preact/hooks";

const LOOKS_EVERY_MS = 1_000;

/**
 * Which times this device has to itself, as a text that is another one once they are others. A lease is over by the device's own reckoning, between two minutes: whoever looks at a
 * time just then is to be promised nothing any more.
 * @param isLooking whether somebody does: else every minute is enough
 */
export function useOwnTimes(hb: Pick<HealthBridge, "leasedTimes">, isLooking: boolean): string {
  const [seen, setSeen] = useState("");
  useEffect(() => {
    if (!isLooking) return undefined;
    const look = (): void =>
      setSeen(
        hb
          .leasedTimes()
          .map(({ doctor, start }) => `${doctor} ${start}`)
          .join(),
      );
    look();
    const timer = setInterval(look, LOOKS_EVERY_MS);
    return () => clearInterval(timer);
  }, [hb, isLooking]);
  return seen;
}
