import { useEffect } from "preact/hooks";

/** Whoever presses something is there: it does not lock under her hands. */
export function useTouches(entrance: { touch(): void }): void {
  useEffect(() => {
    const over = new AbortController();
    const touch = (): void => entrance.touch();
    for (const name of ["pointerdown", "keydown"])
      addEventListener(name, touch, { passive: true, capture: true, signal: over.signal });
    return () => over.abort();
  }, [entrance]);
}
