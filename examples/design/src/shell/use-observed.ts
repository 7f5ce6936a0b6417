import type { Observable } from "@healthbridge/client-sdk";
import { useEffect, useState } from "preact/hooks";

/** The value of an observable, and of every later one. */
export function useObserved<T>(observable: Observable<T>): T {
  const [value, setValue] = useState(() => observable.get());
  useEffect(() => observable.subscribe((next) => setValue(() => next)), [observable]);
  return value;
}
