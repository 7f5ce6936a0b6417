import type { Bus, BusCounts } from "../bus/bus.ts";
import type { BusLimits } from "../bus/limits.ts";
import type { Clock } from "./clock.ts";
import { openRedisLine, type RedisLine } from "./redis-line.ts";
import type { Timers } from "./timers.ts";

export interface RedisBusOptions {
  /** `redis://`, `rediss://`, or `unix:///path` */
  readonly url: string;
  /** In front of every channel's name, so that several deployments can share one Redis. */
  readonly prefix: string;
  readonly limits: BusLimits;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Told when it comes and goes, and of the first try that failed; `why` is a word without anything secret. */
  readonly onChange: (isUp: boolean, why: string) => void;
  /** told of what a listener threw */
  readonly onBroken: (error: unknown) => void;
}

/** A bus over Redis's publish and subscribe. It connects by itself, again and again; nobody waits for it. */
export function connectRedisBus(options: RedisBusOptions): Bus {
  return new RedisBus(options);
}

/** A connection in use. */
interface Open {
  readonly line: RedisLine;
  /** topics that Redis was asked for over this connection */
  readonly topics: Set<string>;
  waitingMessages: number;
  waitingBytes: number;
}

class RedisBus implements Bus {
  readonly #options: RedisBusOptions;
  readonly #listeners = new Map<string, Set<(text: string) => void>>();
  readonly #backListeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #open: Open | undefined;
  #told: boolean | undefined;
  #sent = 0;
  #dropped = 0;
  #heard = 0;

  constructor(options: RedisBusOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  get isUp(): boolean {
    return this.#open !== undefined;
  }

  counts(): BusCounts {
    return { sent: this.#sent, dropped: this.#dropped, heard: this.#heard, refused: 0 };
  }

  publish(topic: string, text: string): void {
    const { limits, prefix } = this.#options;
    const open = this.#open;
    const bytes = Buffer.byteLength(text);
    if (open === undefined || bytes > limits.messageBytes || isFull(open, limits)) {
      this.#dropped += 1;
      return;
    }
    this.#sent += 1;
    open.waitingMessages += 1;
    open.waitingBytes += bytes;
    const taken = (): void => {
      open.waitingMessages -= 1;
      open.waitingBytes -= bytes;
    };
    // Refused (no right to publish, the connection ended): the same as lost.
    open.line.publish(prefix + topic, text).then(taken, taken);
  }

  subscribe(topic: string, listener: (text: string) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    if (this.#open !== undefined) this.#askFor(this.#open).catch(endedIt);
    return () => {
      listeners.delete(listener);
    };
  }

  whenBack(listener: () => void): () => void {
    this.#backListeners.add(listener);
    return () => {
      this.#backListeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { limits, clock, timers } = this.#options;
    const { signal } = this.#closing;
    let pause = limits.firstPauseMs;
    while (!signal.aborted) {
      const since = clock.monotonic();
      const why = await this.#once();
      if (signal.aborted) return;
      this.#tell(false, why);
      if (clock.monotonic() - since > limits.settledMs) pause = limits.firstPauseMs;
      await timers.sleep(pause, signal).catch(() => undefined);
      pause = Math.min(pause * 2, limits.longestPauseMs);
    }
  }

  /** One connection, from the try to its end; answers why it ended. */
  async #once(): Promise<string> {
    const { url, limits } = this.#options;
    const { line, opened } = openRedisLine({
      url,
      mostWaiting: limits.waitingMessages + ROOM_FOR_OTHERS,
      connectMs: limits.connectMs,
    });
    const { signal } = this.#closing;
    const close = (): void => {
      line.end("closed");
    };
    signal.addEventListener("abort", close);
    const open: Open = { line, topics: new Set(), waitingMessages: 0, waitingBytes: 0 };
    try {
      await this.#within(limits.connectMs, line, opened);
      await this.#askFor(open);
      void this.#keepAsking(open);
      this.#begin(open);
    } catch {
      // The line has ended, and says why.
    }
    try {
      return await line.ended;
    } finally {
      this.#open = undefined;
      signal.removeEventListener("abort", close);
    }
  }

  #begin(open: Open): void {
    if (this.#closing.signal.aborted) return;
    this.#open = open;
    const isBack = this.#told === false;
    this.#tell(true, "connected");
    // For who began to listen meanwhile.
    this.#askFor(open).catch(endedIt);
    if (isBack) for (const listener of this.#backListeners) this.#call(listener);
  }

  /** Subscribes to what is not subscribed to yet; a connection on which that fails is of no use, and ends. */
  async #askFor(open: Open): Promise<void> {
    const { prefix, limits } = this.#options;
    const missing = [...this.#listeners.keys()].filter((topic) => !open.topics.has(topic));
    for (const topic of missing) open.topics.add(topic);
    const subscribed = missing.map((topic) =>
      open.line.subscribe(prefix + topic, (text) => {
        this.#hear(topic, text);
      }),
    );
    await this.#within(limits.connectMs, open.line, Promise.all(subscribed));
  }

  /** A Redis that hangs takes connections and answers nothing: only asking shows it. */
  async #keepAsking({ line }: Open): Promise<void> {
    const { limits, timers } = this.#options;
    const over = new AbortController();
    void line.ended.then(() => {
      over.abort();
    });
    while (!over.signal.aborted) {
      await timers.sleep(limits.askMs, over.signal).catch(() => undefined);
      if (!over.signal.aborted) await this.#within(limits.answerMs, line, line.ask()).catch(endedIt);
    }
  }

  /** Ends the line where something on it fails or takes too long. */
  async #within(milliseconds: number, line: RedisLine, action: Promise<unknown>): Promise<void> {
    const callOff = this.#options.timers.after(milliseconds, () => {
      line.end("no answer");
    });
    try {
      await Promise.race([action, line.ended.then((why) => Promise.reject(new Error(why)))]);
    } catch (error) {
      line.end(error);
      throw error;
    } finally {
      callOff();
    }
  }

  #hear(topic: string, text: string): void {
    this.#heard += 1;
    for (const listener of this.#listeners.get(topic) ?? [])
      this.#call(() => {
        listener(text);
      });
  }

  /** What a listener does wrong must not end the connection for the others. */
  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#options.onBroken(error);
    }
  }

  #tell(isUp: boolean, why: string): void {
    if (this.#told === isUp) return;
    this.#told = isUp;
    this.#options.onChange(isUp, why);
  }
}

/** Whatever fails on a line has ended it, and its end is what is acted upon. */
function endedIt(): void {}

/** Besides what is published: the questions whether it lives, and the subscriptions. */
const ROOM_FOR_OTHERS = 64;

function isFull({ waitingMessages, waitingBytes }: Open, limits: BusLimits): boolean {
  return waitingMessages >= limits.waitingMessages || waitingBytes >= limits.waitingBytes;
}
