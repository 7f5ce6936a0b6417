import { turn } from "../adapters/turn.ts";
import { Heap } from "./heap.ts";

const HOUR_MS = 3_600_000;

interface Event {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
  calledOff: boolean;
}

/**
 * A clock that stands still until a test moves it. Everything that waits on it runs in the order in which it is due, each thing and all that follows from
 * it before the next: the same program runs the same way every time, and a day passes in an instant.
 *
 * @example
 * const time = new VirtualTime({ start: Date.UTC(2026, 10, 20, 6) });
 * void time.sleep(60_000).then(() => console.log("a minute later"));
 * await time.advance(90_000); // prints; `time.now()` is now a minute and a half later
 */
export class VirtualTime {
  readonly #start: number;
  readonly #events = new Heap<Event>((left, right) => left.at - right.at || left.order - right.order);
  #elapsed = 0;
  #order = 0;
  /** work under way on which the clock waits */
  #held = 0;

  /** @param options `start`: what the clock shows at first, ms since 1970 */
  constructor(options: { readonly start: number }) {
    this.#start = options.start;
  }

  /** ms since 1970 */
  now(): number {
    return Math.floor(this.#start + this.#elapsed);
  }

  /** ms since the clock was made */
  elapsed(): number {
    return this.#elapsed;
  }

  /** Calls `action` once, so many ms later. Returns how to call it off. */
  after(ms: number, action: () => void): () => void {
    const event: Event = {
      at: this.#elapsed + Math.max(0, ms),
      order: this.#order,
      action,
      calledOff: false,
    };
    this.#order += 1;
    this.#events.push(event);
    return () => {
      event.calledOff = true;
    };
  }

  /** Resolves so many ms later; rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        callOff();
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- as the platform's own waits do: with the reason, whatever it is
        reject(signal?.reason);
      };
      const callOff = this.after(ms, () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      });
      if (signal?.aborted === true) abort();
      else signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Lets whatever is ready run, without any time passing. */
  async settle(): Promise<void> {
    await this.advance(0);
  }

  /** Lets so many ms pass, with everything that falls due in them. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await this.#quiet();
    while (this.#due(end)) await this.#step();
    this.#elapsed = end;
  }

  /**
   * Lets time pass until something holds.
   * @param within ms to wait for it at most
   * @returns whether it came to hold
   */
  async until(holds: () => boolean, within: number): Promise<boolean> {
    const end = this.#elapsed + within;
    await this.#quiet();
    while (!holds()) {
      if (!this.#due(end)) {
        this.#elapsed = end;
        return holds();
      }
      await this.#step();
    }
    return true;
  }

  /**
   * Lets time pass until some work is done.
   * @param within ms to wait for it at most; an hour by default
   * @returns what the work came to
   * @throws what the work throws; an error where it is not done by then
   * @example
   * const report = await time.run(hb.sync());
   */
  async run<T>(work: Promise<T>, within: number = HOUR_MS): Promise<T> {
    let over = false;
    const end = (): void => {
      over = true;
    };
    work.then(end, end);
    if (await this.until(() => over, within)) return work;
    throw new Error(`Not done within ${String(within)} ms of virtual time.`);
  }

  /** Stands still until some work of the platform itself (packing, files) is through, which no virtual time moves on. */
  hold<T>(work: Promise<T>): Promise<T> {
    const end = (): void => {
      this.#held -= 1;
    };
    this.#held += 1;
    work.then(end, end);
    return work;
  }

  #due(end: number): boolean {
    for (let first = this.#events.peek(); first !== undefined; first = this.#events.peek()) {
      if (!first.calledOff) return first.at <= end;
      this.#events.pop();
    }
    return false;
  }

  async #step(): Promise<void> {
    const event = this.#events.pop();
    if (event === undefined) return;
    this.#elapsed = Math.max(this.#elapsed, event.at);
    event.action();
    await this.#quiet();
  }

  /** Lets everything run that is ready, and what that makes ready. */
  async #quiet(): Promise<void> {
    let held: number;
    do {
      held = this.#held;
      await turn();
    } while (held > 0 || this.#held > 0);
  }
}
