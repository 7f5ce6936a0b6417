import { openAgain } from "@healthbridge/example-design/shell";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Additions, Opening } from "./additions.ts";
import { useParts } from "./parts.ts";

/** Opens an addition for a screen; `again` tries once more where it could not be fetched. */
export function useAddition<T>(
  open: (additions: Additions) => Promise<T>,
): Opening<T> & { readonly again: () => void } {
  const { additions } = useParts();
  const [opening, setOpening] = useState<Opening<T>>({ state: "opening" });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let over = false;
    const note = (next: Opening<T>): void => {
      if (!over) setOpening(next);
    };
    note({ state: "opening" });
    const opened = (): Promise<T> => open(additions);
    (tries === 0 ? opened() : openAgain(opened)).then(
      (value) => note({ state: "open", value }),
      () => note({ state: "failed" }),
    );
    return () => {
      over = true;
    };
  }, [additions, open, tries]);
  return { ...opening, again: useCallback(() => setTries((count) => count + 1), []) };
}
