import type { Runtime } from "../adapters/runtime.ts";

/** What a line does in its device's runtime. */
interface LineHooks {
  readonly sync: Runtime["fetch"];
  readonly onOnline: Runtime["onOnline"];
  /** the device is closed */
  readonly closed: () => void;
}

/**
 * A device's runtime, with syncs led over a line and a hint of the server's told as the network's return is. The device is closed when the last is closed of the channels that are called as
 * the first one was, which is the device's own: what is opened beside it (photos, documents, a look at the queue) comes and goes.
 */
export function lineRuntime(real: Runtime, syncUrl: string, hooks: LineHooks): Runtime {
  let device: string | undefined;
  let channels = 0;
  return {
    now: () => real.now(),
    monotonic: () => real.monotonic(),
    random: () => real.random(),
    randomBytes: (count) => real.randomBytes(count),
    sleep: (ms, signal) => real.sleep(ms, signal),
    fetch: (url, init) => (url === syncUrl ? hooks.sync(url, init) : real.fetch(url, init)),
    holdsBack: (url) => real.holdsBack?.(url) === true,
    onOnline: (listener) => hooks.onOnline(listener),
    withLock: (name, options, work) => real.withLock(name, options, work),
    locksReachAll: real.locksReachAll,
    openChannel: (name, listener) => {
      const channel = real.openChannel(name, listener);
      let counts = name === (device ??= name);
      if (counts) channels += 1;
      return {
        post: (message) => {
          channel.post(message);
        },
        close: () => {
          if (counts && (channels -= 1) === 0) hooks.closed();
          counts = false;
          channel.close();
        },
      };
    },
  };
}
