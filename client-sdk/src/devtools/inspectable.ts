import { platformRuntime } from "../adapters/platform-runtime.ts";
import { type OpenSocket, platformSocket } from "../adapters/platform-socket.ts";
import type { Runtime } from "../adapters/runtime.ts";
import { type Observable, Value } from "../observable.ts";
import { RequestLog, type SeenRequest } from "./request-log.ts";
import { SlowLine } from "./slow-line.ts";
import { HeldSockets } from "./held-sockets.ts";

/** What the network of one instance is like: as it is, as slow as the slowest that phones meet, or not there. */
export type LineMode = "normal" | "slow-2g" | "offline";

/** A runtime whose network an inspector sees and switches; everything else is the platform's. */
export interface InspectableRuntime extends Runtime {
  /** what the network is like now */
  readonly line: Observable<LineMode>;
  /** the last requests and sockets, the newest first; nothing of their heads and bodies is kept, so no token either */
  readonly requests: Observable<readonly SeenRequest[]>;
  /** Switches the network of this instance. Going offline breaks what is under way; coming back is told as the platform tells it. */
  readonly setLine: (mode: LineMode) => void;
  /** For additions that open sockets (`openLine`, `openDocuments`): they are switched as well. `undefined` where the platform has none. */
  readonly openSocket: OpenSocket | undefined;
}

/**
 * Makes a runtime that an inspector can look into and switch; hand it to everything that is opened over the device. It costs a copy of each answer's bytes: for
 * development, not for what patients use.
 * @param runtime what is looked into; default: the platform's
 * @param socket how sockets are opened; default: the platform's
 * @example
 * const runtime = inspectable();
 * const hb = await HealthBridge.open({ url, store, runtime });
 * openInspector(hb, { store, runtime });
 */
export function inspectable(
  runtime: Runtime = platformRuntime(),
  socket: OpenSocket | undefined = platformSocket(),
): InspectableRuntime {
  const line = new Value<LineMode>("normal");
  const log = new RequestLog(runtime);
  const slow = new SlowLine(runtime);
  const sockets = new HeldSockets(log, () => line.get() === "offline");
  const online = new Set<() => void>();
  let cut = new AbortController();

  const fetch: Runtime["fetch"] = async (url, init) => {
    const mode = line.get();
    const seen = log.begin(url, init);
    if (mode === "offline") throw seen.failed(new TypeError("offline, says the inspector"));
    const signal = init.signal ? AbortSignal.any([init.signal, cut.signal]) : cut.signal;
    try {
      const isSlow = mode === "slow-2g";
      if (isSlow) await slow.send(init.body, signal);
      const response = await runtime.fetch(url, { ...init, signal });
      return seen.answered(response, isSlow ? (bytes) => slow.receive(bytes, signal) : undefined);
    } catch (error) {
      throw seen.failed(error);
    }
  };

  return {
    now: () => runtime.now(),
    monotonic: () => runtime.monotonic(),
    random: () => runtime.random(),
    randomBytes: (count) => runtime.randomBytes(count),
    sleep: (ms, signal) => runtime.sleep(ms, signal),
    withLock: (name, options, work) => runtime.withLock(name, options, work),
    openChannel: (name, listener) => runtime.openChannel(name, listener),
    locksReachAll: runtime.locksReachAll,
    fetch,
    onOnline: (listener) => {
      const stop = runtime.onOnline(listener);
      online.add(listener);
      return () => {
        stop();
        online.delete(listener);
      };
    },
    line,
    requests: log.requests,
    openSocket: socket && sockets.watch(socket),
    setLine: (mode) => {
      const before = line.get();
      line.set(mode);
      if (mode === "offline") {
        cut.abort(new TypeError("cut by the inspector"));
        cut = new AbortController();
        sockets.closeAll();
      } else if (before === "offline") for (const listener of online) listener();
    },
  };
}
