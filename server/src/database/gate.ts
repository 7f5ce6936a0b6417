import { DatabaseError } from "./database-error.ts";
import type { DatabaseRuntime } from "./runtime.ts";

export interface GateLimits {
  /** How many may be inside at once. */
  readonly places: number;
  /** How many may wait; the next one is sent away at once. */
  readonly queue: number;
  /** How long one may wait. */
  readonly patienceMilliseconds: number;
}

interface Waiter {
  readonly enter: () => void;
  readonly turnAway: (error: DatabaseError) => void;
}

/** A counted door with a short, fair queue: better an honest "overloaded" now than an answer nobody waits for. */
export class Gate {
  readonly #limits: GateLimits;
  readonly #runtime: DatabaseRuntime;
  readonly #waiting = new Set<Waiter>();
  #inside = 0;
  #closed = false;
  #emptied = Promise.withResolvers<void>();

  constructor(limits: GateLimits, runtime: DatabaseRuntime) {
    this.#limits = limits;
    this.#runtime = runtime;
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves when a place is taken; each must be followed by one `leave`. */
  async enter(): Promise<void> {
    if (this.#closed) throw new DatabaseError("unavailable", "The database pool is closed.");
    if (this.#inside < this.#limits.places) {
      this.#inside += 1;
      return;
    }
    if (this.#waiting.size >= this.#limits.queue) throw overloaded("too many wait for a connection");
    await this.#wait();
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next !== undefined) {
      // The place passes on; the count stays.
      this.#waiting.delete(next);
      next.enter();
      return;
    }
    this.#inside -= 1;
    if (this.#closed && this.#inside === 0) this.#emptied.resolve();
  }

  /** Lets nobody in any more and resolves when the last one has left. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting)
      waiter.turnAway(new DatabaseError("unavailable", "The database pool is closed."));
    this.#waiting.clear();
    if (this.#inside > 0) await this.#emptied.promise;
  }

  #wait(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = {
      enter: () => {
        callOff();
        resolve();
      },
      turnAway: (error) => {
        callOff();
        reject(error);
      },
    };
    const callOff = this.#runtime.after(this.#limits.patienceMilliseconds, () => {
      this.#waiting.delete(waiter);
      reject(overloaded("no connection became free in time"));
    });
    this.#waiting.add(waiter);
    return promise;
  }
}

function overloaded(why: string): DatabaseError {
  return new DatabaseError("overloaded", `The database is busy: ${why}.`);
}
