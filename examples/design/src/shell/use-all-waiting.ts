import type { HealthBridge } from "@healthbridge/client-sdk";
import { useEffect, useState } from "preact/hooks";
import type { Safe } from "./safe.ts";
import { useObserved } from "./use-observed.ts";

/** Between two counts: whoever writes in a document changes it with every letter, and counting opens what is kept. */
const REST_MS = 1_000;
/** Between two counts of what cannot be counted, at most. */
const LONGEST_MS = 300_000;

/**
 * How many things wait on this device: of the queue, and beside it documents and photos, which the status of the device does not count. `undefined` until they were counted once.
 * Counted when something has changed, and when she comes back to this page; while nothing happens nothing is looked at.
 */
export function useAllWaiting(
  hb: Pick<HealthBridge, "status">,
  safe: Pick<Safe, "unsent" | "changes">,
): number | undefined {
  const { total } = useObserved(hb.status).waiting;
  const [unsent, setUnsent] = useState<number>();
  useEffect(() => {
    const over = new AbortController();
    const { signal } = over;
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const count: () => void = seldom(async () => {
      if (document.visibilityState === "hidden") return;
      try {
        const found = await safe.unsent();
        failures = 0;
        if (!signal.aborted) setUnsent(found);
      } catch {
        // Once more, for what was shown may be wrong by now; locked, nobody sees this any more.
        if (!signal.aborted) timer = setTimeout(count, Math.min(REST_MS * 2 ** failures, LONGEST_MS));
        failures += 1;
      }
    }, signal);
    document.addEventListener("visibilitychange", count, { signal });
    const stop = safe.changes.subscribe(count);
    return () => {
      over.abort();
      clearTimeout(timer);
      stop();
    };
  }, [safe]);
  if (total > 0) return Math.max(total, unsent ?? 0);
  return unsent;
}

/** Does it at once, or where it was done a moment ago, once more after a rest, however often it was asked for by then. */
function seldom(work: () => Promise<void>, signal: AbortSignal): () => void {
  let isDue = false;
  let isBusy = false;
  const go = async (): Promise<void> => {
    isBusy = true;
    while (isDue && !signal.aborted) {
      isDue = false;
      await work();
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
    isBusy = false;
  };
  return () => {
    isDue = true;
    if (!isBusy) void go();
  };
}
