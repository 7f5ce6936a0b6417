import { DEVICE_LIMITS } from "@healthbridge/schema/client";

/** Seconds one request should take: long enough to spread the cost of a round trip, short enough to fit a short window of network. */
const AIM_SECONDS = 6;
const FEWEST = 5;
/** Operations in a request while the line is not known yet: about 2 kB, half a second on 2G. */
const FIRST = 25;
/** How much a new measurement counts. */
const WEIGHT = 0.4;
const LEAST_PATIENCE = 30_000;
/** Uploads smaller than this say more about the round trip than about the line. */
const TELLING_BYTES = 1_000;
/** Lines slower than this (bytes per second) are spared large answers. */
const SLOW = 8_000;

/** What the line can take, learned from what it took. */
export class Pace {
  /** bytes per second, upwards */
  #speed: number | undefined;
  /** bytes of one operation as sent */
  #size = 120;
  /** ms of an exchange of next to nothing */
  #roundTrip: number | undefined;
  /** how much more than it takes up the line brings down, as far as it was tried */
  #ease = 1;
  #most: number = DEVICE_LIMITS.operationsPerRequest;

  /** An exchange took `ms` from sending to the head of its answer. */
  measured(bytes: number, operations: number, ms: number): void {
    const full = operations >= this.batch();
    const roundTrip = this.#roundTrip ?? ms;
    // What is small takes longer only where the server or the line has become slow to answer: that says nothing of how much the line carries.
    const slower = bytes < TELLING_BYTES ? roundTrip + WEIGHT * (ms - roundTrip) : roundTrip;
    this.#roundTrip = ms < roundTrip ? ms : slower;
    if (operations > 0) this.#size += WEIGHT * (bytes / operations - this.#size);
    if (bytes < TELLING_BYTES) {
      // It was all that is dared since the line broke, and went well: only by daring more is it known what the line can take by now.
      if (full && this.#speed) this.#speed = 2 * Math.max(this.#speed, (FEWEST * this.#size) / AIM_SECONDS);
      return;
    }
    const speed = (bytes * 1_000) / Math.max(1, ms / 2, ms - this.#roundTrip);
    const known = this.#speed ?? speed;
    // Where most of the time was waiting, the line carries at least that much.
    if (ms > 2 * this.#roundTrip || speed > known) this.#speed = known + WEIGHT * (speed - known);
    else this.#speed = known;
    this.#most = Math.min(DEVICE_LIMITS.operationsPerRequest, this.#most * 2);
  }

  /** An answer that was full came whole, `ms` from its head to its end: where that was quick, the next may hold twice as much. */
  filled(ms: number): void {
    if (ms < (AIM_SECONDS * 1_000) / 2) this.#ease *= 2;
  }

  /** The line broke under a request: try with less. */
  failed(): void {
    this.#ease = 1;
    if (this.#speed) this.#speed /= 2;
  }

  /** The server refused a request of so many operations as too large. */
  tooLarge(operations: number): void {
    this.#most = Math.max(1, Math.floor(operations / 2));
  }

  /** Operations the next request may hold. */
  batch(): number {
    const fits = this.#speed ? Math.floor((this.#speed * AIM_SECONDS) / this.#size) : FIRST;
    return Math.min(this.#most, Math.max(FEWEST, fits));
  }

  /** ms without movement after which a request of so many bytes counts as lost. */
  patience(bytes: number): number {
    const sending = this.#speed ? (bytes * 1_000) / this.#speed : 0;
    return Math.max(LEAST_PATIENCE, 3 * (sending + (this.#roundTrip ?? 0)));
  }

  /** Bytes of changes to ask for at most, on a slow line. */
  budget(): number | undefined {
    const speed = this.#speed ? this.#speed * this.#ease : SLOW + 1;
    if (speed > SLOW) return undefined;
    return Math.max(DEVICE_LIMITS.smallestBudget, Math.round(speed * AIM_SECONDS));
  }
}
