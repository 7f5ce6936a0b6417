import type { Runtime } from "../adapters/runtime.ts";

/** What a line does in its device's runtime. */
interface LineHooks {
  readonly sync: Runtime["fetch"];
  readonly onOnline: Runtime["onOnline"];
  /** the device's channel is closed */
  readonly closed: () => void;
}

/** A device's runtime, with syncs led over a line and a hint of the server's told as the network's return is. */
export function lineRuntime(real: Runtime, syncUrl: string, hooks: LineHooks): Runtime {
  return {
    now: () => real.now(),
    monotonic: () => real.monotonic(),
    random: () => real.random(),
    randomBytes: (count) => real.randomBytes(count),
    sleep: (ms, signal) => real.sleep(ms, signal),
    fetch: (url, init) => (url === syncUrl ? hooks.sync(url, init) : real.fetch(url, init)),
    onOnline: (listener) => hooks.onOnline(listener),
    withLock: (name, options, work) => real.withLock(name, options, work),
    locksReachAll: real.locksReachAll,
    openChannel: (name, listener) => {
      const channel = real.openChannel(name, listener);
      return {
        post: (message) => {
          channel.post(message);
        },
        close: () => {
          hooks.closed();
          channel.close();
        },
      };
    },
  };
}
