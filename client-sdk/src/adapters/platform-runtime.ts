import type { Channel, Runtime } from "./runtime.ts";

/**
 * The runtime of a browser, a worker or Node. Where a platform has no locks or channels (an old web view), one tab at a time is assumed.
 * @example const runtime = { ...platformRuntime(), onOnline: (listener) => whenOnline(listener) }; // with a part of one's own
 */
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

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener("abort", resolve);
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", resolve);
  signal?.throwIfAborted();
}

function listenOnline(listener: () => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const seen = (): void => {
    if (document.visibilityState === "visible") listener();
  };
  globalThis.addEventListener?.("online", listener, { signal });
  globalThis.document?.addEventListener("visibilitychange", seen, { signal });
  return () => {
    listening.abort();
  };
}

function locks(): LockManager | undefined {
  return globalThis.navigator?.locks;
}

async function withLock<T>(
  name: string,
  { wait, signal }: { readonly wait: boolean; readonly signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T | undefined> {
  // A request that may wait takes a signal, one that may not takes none: the platform refuses both at once.
  const options = wait ? (signal ? { signal } : {}) : { ifAvailable: true };
  const manager = locks();
  return manager ? manager.request(name, options, (lock) => (lock ? work() : undefined)) : work();
}

function openChannel(name: string, listener: (message: unknown) => void): Channel {
  if (typeof BroadcastChannel === "undefined") return { post: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    listener(data);
  });
  // In Node an open channel would keep a finished program alive.
  if (canUnref(channel)) channel.unref();
  return {
    post: (message) => {
      channel.postMessage(message);
    },
    close: () => {
      channel.close();
    },
  };
}

function canUnref(channel: object): channel is { unref(): void } {
  return "unref" in channel;
}
