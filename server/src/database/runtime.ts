/** Time and chance as this folder sees them; tests replace all of it. */
export interface DatabaseRuntime {
  /** Milliseconds from an arbitrary start, never going back. */
  now(): number;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Resolves after that long; rejects with the signal's reason when it is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls `action` once, later; the function returned calls it off. Does not keep the process alive. */
  after(milliseconds: number, action: () => void): () => void;
}
