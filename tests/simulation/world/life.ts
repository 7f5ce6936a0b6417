import type { VirtualTime } from "../../../client-sdk/src/testing/index.ts";

/**
 * One life of a process, from its start to its end. What was begun in it stops where it stands when the process is killed, and stands still while it is
 * paused: timers never fire, answers never come.
 */
export class Life {
  readonly #time: VirtualTime;
  #dead = false;
  /** a paused process goes on at this moment of the clock that never jumps */
  #standsUntil = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get over(): boolean {
    return this.#dead;
  }

  end(): void {
    this.#dead = true;
  }

  pause(ms: number): void {
    this.#standsUntil = Math.max(this.#standsUntil, this.#time.elapsed() + ms);
  }

  /** ms for which the process still stands still */
  get standsFor(): number {
    return Math.max(0, this.#standsUntil - this.#time.elapsed());
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await this.#time.sleep(ms, signal);
    } catch (error) {
      await this.whileAlive();
      throw error;
    }
    await this.whileAlive();
  }

  /** Calls `action` later, unless the process is dead by then. */
  after(ms: number, action: () => void): () => void {
    let callOff = this.#time.after(ms, () => {
      if (this.#dead) return;
      if (this.standsFor > 0) callOff = this.after(this.standsFor, action);
      else action();
    });
    return () => {
      callOff();
    };
  }

  /** Resolves at once in a running process, later in a paused one, never in a dead one. */
  async whileAlive(): Promise<void> {
    while (!this.#dead && this.standsFor > 0) await this.#time.sleep(this.standsFor);
    // A promise of its own: one for all would hold on to whatever ever waited for it, world after world.
    if (this.#dead) await new Promise<never>(() => undefined);
  }
}
