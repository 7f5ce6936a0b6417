import { AsyncLocalStorage } from "node:async_hooks";
import { misuse } from "./database-error.ts";

interface Scope {
  open: boolean;
}

const current = new AsyncLocalStorage<Scope>();

/**
 * Runs `work` as the one database scope of this chain of calls. A second scope inside the first would need a second
 * connection while holding one (a pool full of such callers waits for itself), or worse, commit the first one's work.
 */
export async function inScope<T>(work: () => Promise<T>): Promise<T> {
  const scope: Scope = { open: true };
  try {
    return await current.run(scope, work);
  } finally {
    // What was started inside and outlives it may begin its own.
    scope.open = false;
  }
}

export function forbidNesting(what: string): void {
  if (current.getStore()?.open === true) throw misuse(`${what} inside a transaction or read is forbidden.`);
}
