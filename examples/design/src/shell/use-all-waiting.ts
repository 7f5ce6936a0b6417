import type { HealthBridge } from "@healthbridge/client-sdk";
import { useEffect, useState } from "preact/hooks";
import type { Safe } from "./entrance.ts";
import { useObserved } from "./use-observed.ts";

/** What is written in a document or photographed tells nobody: so it is looked for this often. */
const LOOK_EVERY_MS = 3_000;

/** How many things wait on this device: of the queue, and beside it documents and photos, which the status of the device does not count. `undefined` until they were counted once. */
export function useAllWaiting(
  hb: Pick<HealthBridge, "status">,
  safe: Pick<Safe, "unsent">,
): number | undefined {
  const status = useObserved(hb.status);
  const { total } = status.waiting;
  const [unsent, setUnsent] = useState<number>();
  useEffect(() => {
    let over = false;
    const look = (): void => {
      if (document.visibilityState === "hidden") return;
      // Locked meanwhile: nobody sees this any more.
      safe.unsent().then(
        (found) => !over && setUnsent(found),
        () => undefined,
      );
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [safe, status]);
  if (total > 0) return Math.max(total, unsent ?? 0);
  return unsent;
}
