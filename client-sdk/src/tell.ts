/** Tells everybody who listens. The app's own error belongs to the app: it is reported as one nobody caught, and disturbs neither the other listeners nor us. */
export function tell<T>(listeners: Iterable<(value: T) => void>, value: T): void {
  for (const listener of listeners) {
    try {
      listener(value);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** Tells somebody what is so now, and lets her listen to what comes; returns how to stop. */
export function listen<T>(
  listeners: Set<(value: T) => void>,
  listener: (value: T) => void,
  now: T,
): () => void {
  listeners.add(listener);
  tell([listener], now);
  return () => {
    listeners.delete(listener);
  };
}
