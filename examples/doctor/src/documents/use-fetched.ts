import { openAgain } from "@healthbridge/example-design/shell";
import { useCallback, useEffect, useState } from "preact/hooks";

/** How far it is. */
export interface Fetched<T> {
  readonly it: T | undefined;
  /** until it comes after all */
  readonly failed: boolean;
  /** tries once more */
  readonly again: () => void;
}

/**
 * What is fetched when it is first needed.
 * @param load the same function each time
 */
export function useFetched<T>(load: () => Promise<T>): Fetched<T> {
  const [got, setGot] = useState<{ readonly it: T }>();
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let over = false;
    (tries === 0 ? load() : openAgain(load)).then(
      (it) => {
        if (!over) setGot({ it });
      },
      () => {
        if (!over) setFailed(true);
      },
    );
    return () => {
      over = true;
    };
  }, [load, tries]);
  const again = useCallback(() => setTries((count) => count + 1), []);
  return { it: got?.it, failed: failed && got === undefined, again };
}
