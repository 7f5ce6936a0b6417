import { setImmediate as nextTurn } from "node:timers/promises";

/** Lets nobody go on before all have come. Only for what waits for no lock meanwhile. */
export function barrier(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let here = 0;
  return async () => {
    here += 1;
    if (here === count) resolve();
    await promise;
    await nextTurn();
  };
}
