import type { describeOutcome } from "@healthbridge/client-sdk/words";
import { openAgain } from "@healthbridge/example-design/shell";
import { useEffect, useState } from "preact/hooks";

/** The SDK's words for outcomes, as far as they are here. */
export interface Describing {
  readonly describe: typeof describeOutcome | undefined;
  /** they did not come, and have not since */
  readonly failed: boolean;
  /** she asks for them herself */
  readonly again: () => void;
}

/** Until then words that could not be fetched are asked for again, where the browser does that; longer each time. */
const AGAIN_MS = 10_000;

const fetchWords = (): Promise<typeof describeOutcome> =>
  import("@healthbridge/client-sdk/words").then(({ describeOutcome: it }) => it);

/** Fetches them when there is something to tell. */
export function useDescribe(needed: boolean): Describing {
  const [describe, setDescribe] = useState<{ readonly it: typeof describeOutcome }>();
  const [tries, setTries] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!needed) return undefined;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    fetchWords().then(
      (it) => {
        if (!over) setDescribe({ it });
      },
      () => {
        if (over) return;
        setFailed(true);
        timer = setTimeout(() => setTries((count) => count + 1), AGAIN_MS * 2 ** tries);
      },
    );
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [needed, tries]);
  const again = (): void =>
    void openAgain(fetchWords).then(
      (it) => setDescribe({ it }),
      () => undefined, // the button stays
    );
  return { describe: describe?.it, failed: failed && describe === undefined, again };
}
