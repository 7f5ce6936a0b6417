import type { Channel, Runtime } from "./runtime.ts";

/** The runtime of a browser, a worker or Node 24. Where a platform has no locks or channels (an old web view), one tab at a time is assumed. */
export function platformRuntime(): Runtime {
  const inNode = typeof globalThis.addEventListener !== "function";
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: () => Math.random(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    sleep,
    fetch: inNode ? leanFetch : (url, init) => fetch(url, init),
    onOnline: listenOnline,
    withLock,
    locksReachAll: !inNode && locks() !== undefined,
    openChannel,
  };
}

/** What Node says of itself in every request's head, in fewer bytes. A browser decides that on its own (and would ask the server for leave first). */
function leanFetch(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("accept-encoding", "gzip");
  headers.set("user-agent", "hb");
  return fetch(url, { ...init, headers });
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new DOMException("aborted", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

function listenOnline(listener: () => void): () => void {
  if (typeof globalThis.addEventListener !== "function") return () => undefined;
  const visible = (): void => {
    if (document.visibilityState === "visible") listener();
  };
  globalThis.addEventListener("online", listener);
  if (typeof document !== "undefined") document.addEventListener("visibilitychange", visible);
  return () => {
    globalThis.removeEventListener("online", listener);
    if (typeof document !== "undefined") document.removeEventListener("visibilitychange", visible);
  };
}

function locks(): LockManager | undefined {
  return typeof navigator === "object" && "locks" in navigator ? navigator.locks : undefined;
}

async function withLock<T>(
  name: string,
  { wait, signal }: { readonly wait: boolean; readonly signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T | undefined> {
  const manager = locks();
  if (manager === undefined) return work();
  // A request that may wait takes a signal, one that may not takes none: the platform refuses both at once.
  const options = wait ? (signal === undefined ? {} : { signal }) : { ifAvailable: true };
  return manager.request(name, options, async (lock) => (lock === null ? undefined : work()));
}

function openChannel(name: string, listener: (message: unknown) => void): Channel {
  if (typeof BroadcastChannel === "undefined") return { post: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", (event: MessageEvent<unknown>) => {
    listener(event.data);
  });
  unref(channel);
  return {
    post: (message) => {
      channel.postMessage(message);
    },
    close: () => {
      channel.close();
    },
  };
}

/** In Node an open channel would keep a finished program alive. */
function unref(channel: object): void {
  if (canUnref(channel)) channel.unref();
}

function canUnref(channel: object): channel is { unref(): void } {
  return "unref" in channel && typeof channel.unref === "function";
}
