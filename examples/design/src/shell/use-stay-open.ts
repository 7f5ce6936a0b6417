import { useEffect } from "preact/hooks";
import type { Safe } from "./safe.ts";

/** Far shorter than the time after which a safe locks by itself. */
const TOUCH_EVERY_MS = 30_000;

/** While somebody talks she touches nothing: the app does not lock under that, which would end the call, or cut a voice note short. */
export function useStayOpen(safe: Pick<Safe, "touch">, isTalking: boolean): void {
  useEffect(() => {
    if (!isTalking) return undefined;
    const timer = setInterval(() => safe.touch(), TOUCH_EVERY_MS);
    return () => clearInterval(timer);
  }, [safe, isTalking]);
}
