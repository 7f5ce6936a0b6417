import type { Channel, Runtime } from "../../../client-sdk/src/index.ts";
import type { SeededRandom, SimulatedNetwork, VirtualTime } from "../../../client-sdk/src/testing/index.ts";
import type { Life } from "./life.ts";

/** What the instances of one app on one device share: locks and lines to each other, as tabs of a browser have them. */
export class Platform {
  readonly #holders = new Map<string, Life>();
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #channels = new Map<
    string,
    Set<{ readonly life: Life; readonly listener: (message: unknown) => void }>
  >();

  async withLock<T>(
    life: Life,
    name: string,
    { wait, signal }: { readonly wait: boolean; readonly signal?: AbortSignal | undefined },
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    while (this.#holders.get(name)?.over === false) {
      if (!wait) return undefined;
      await this.#turn(name, signal);
      await life.whileAlive();
    }
    this.#holders.set(name, life);
    try {
      return await work();
    } finally {
      if (this.#holders.get(name) === life) this.#free(name);
    }
  }

  /** Gives back what a killed instance held. */
  bury(life: Life): void {
    for (const [name, holder] of this.#holders) if (holder === life) this.#free(name);
    for (const lines of this.#channels.values())
      for (const line of lines) if (line.life === life) lines.delete(line);
  }

  /** @param soon does something a few milliseconds later: tabs hear of each other late */
  openChannel(
    life: Life,
    name: string,
    listener: (message: unknown) => void,
    soon: (work: () => void) => void,
  ): Channel {
    const lines = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, lines);
    const own = { life, listener };
    lines.add(own);
    return {
      post: (message) => {
        const text = JSON.stringify(message);
        for (const line of lines)
          if (line !== own)
            soon(() => {
              if (lines.has(line)) line.listener(JSON.parse(text));
            });
      },
      close: () => {
        lines.delete(own);
      },
    };
  }

  #turn(name: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        reject(new DOMException("aborted", "AbortError"));
      };
      if (signal?.aborted === true) return abort();
      signal?.addEventListener("abort", abort, { once: true });
      const turns = this.#waiting.get(name) ?? [];
      this.#waiting.set(name, turns);
      turns.push(resolve);
      return undefined;
    });
  }

  #free(name: string): void {
    this.#holders.delete(name);
    const turns = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    for (const turn of turns) turn();
  }
}

/** ms until a tab has heard what another one said. */
const HEARD_LATE_MS = 20;

/** What one instance of the app takes from the world. */
export interface DeviceRuntimeParts {
  readonly life: Life;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly network: SimulatedNetwork;
  readonly platform: Platform;
  /** ms by which the device's clock is wrong now */
  readonly skew: () => number;
}

export interface DeviceRuntime extends Runtime {
  /** The platform says that the network may be back. */
  online(): void;
}

/** The runtime of one instance of the SDK. Once its life is over nothing of it goes on. */
export function deviceRuntime({
  life,
  time,
  random,
  network,
  platform,
  skew,
}: DeviceRuntimeParts): DeviceRuntime {
  const listeners = new Set<() => void>();
  return {
    now: () => time.now() + skew(),
    monotonic: () => time.elapsed(),
    random,
    randomBytes: (count) => random.bytes(count),
    sleep: (ms, signal) => life.sleep(ms, signal),
    async fetch(url, init) {
      try {
        return await network.fetch(url, init);
      } finally {
        await life.whileAlive();
      }
    },
    onOnline(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    withLock: (name, options, work) => platform.withLock(life, name, options, work),
    locksReachAll: true,
    openChannel: (name, listener) =>
      platform.openChannel(
        life,
        name,
        listener,
        (work) => void time.after(random.between(0, HEARD_LATE_MS), work),
      ),
    online() {
      if (!life.over) for (const listener of listeners) listener();
    },
  };
}
