/**
 * Everything the SDK takes from the world beside its store. One port, so that a test or a simulation can replace time, chance and network at once.
 * `platformRuntime()` makes it from the browser or Node.
 */
export interface Runtime {
  /** the device's wall clock, ms since 1970; may be wrong by years, so nothing is decided by it alone */
  now(): number;
  /** a clock that never jumps, ms since some moment */
  monotonic(): number;
  /** a number in [0, 1); need not be secret */
  random(): number;
  /** that many secret random bytes */
  randomBytes(count: number): Uint8Array;
  /** Resolves after so many ms; rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** As the platform's `fetch`. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Whether `fetch` would refuse this address before it is asked for, as for a limit on data: whoever would ask for something else first leaves that as well. Left out: it never does. */
  holdsBack?(url: string): boolean;
  /** Tells when the platform believes the network came back. A hint; never a gate. Returns how to stop listening. */
  onOnline(listener: () => void): () => void;
  /**
   * Runs `work` while nobody else who shares the store's locks runs under the same name.
   * @returns `undefined`, without running `work`, where somebody else has the lock and `wait` is false
   */
  withLock<T>(
    name: string,
    options: { readonly wait: boolean; readonly signal?: AbortSignal | undefined },
    work: () => Promise<T>,
  ): Promise<T | undefined>;
  /** Whether `withLock` reaches everybody who could open the same store (tabs of a browser do, processes of a machine do not). */
  readonly locksReachAll: boolean;
  /** Speaks with the other instances on the same store. */
  openChannel(name: string, listener: (message: unknown) => void): Channel;
}

/** A line to the other tabs; what is posted does not come back to the sender. */
export interface Channel {
  post(message: unknown): void;
  close(): void;
}

/** Why a wait ends that is needed no longer. Without a reason the platform makes an exception with its stack, each time. */
export const ENOUGH = 0;
