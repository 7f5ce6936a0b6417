import { useEffect, useRef } from "preact/hooks";

/** For a screen that anybody may look at and touch, as a board in a waiting room: however it is left, by a button, the browser's arrow or another address, the app is locked. */
export function useLockBehind(lock: () => void): void {
  const last = useRef(lock);
  last.current = lock;
  useEffect(() => () => last.current(), []);
}
