import { deadlock } from "./server-errors.ts";

export type Mode = "shared" | "exclusive";

/** Who locks. */
export interface Locker {
  /** everything held, in the order it was taken */
  readonly locked: Lockable[];
  waiting: LockRequest | undefined;
}

/**
 * What can be locked: a row, or the place of a value in a unique key. Held to the end of the transaction. Waiting is first come, first served: whoever comes
 * waits behind all who wait already for something that does not go together with it.
 */
export class Lockable {
  holders: Locker[] = [];
  exclusive = false;
  queue: LockRequest[] = [];

  /** Called when nobody holds it or waits for it any more. */
  unused(): void {
    // Most things stay.
  }
}

export interface LockRequest {
  readonly locker: Locker;
  readonly on: Lockable;
  readonly mode: Mode;
  /** of an INSERT that found a row with its key */
  readonly duplicateCheck: boolean;
  /** `gone`: what was waited for does not exist any more, nothing is held */
  state: "waiting" | "granted" | "gone";
  /** set by whoever runs the statement */
  wake: () => void;
}

export interface LockStats {
  lockWaits: number;
  deadlocks: number;
  lockTimeouts: number;
}

/** A statement in small steps: each thing it yields has to be waited for. */
export type Steps<T> = Generator<LockRequest, T>;

/**
 * Row locks as InnoDB has them at READ COMMITTED: there are no gap locks, with one exception that is kept here because it is seen in practice. When the insert
 * that others wait behind is rolled back, all of them go on at once with a shared lock on the place; the second one that then inserts there closes a circle.
 * Not kept: gap locks that a duplicate check takes beside the value it looks for, and the shortest way out of a deadlock (the servers undo the smaller
 * transaction; here it is always the one that closed the circle).
 */
export class Locks {
  readonly stats: LockStats = { lockWaits: 0, deadlocks: 0, lockTimeouts: 0 };

  /** Takes a lock if nobody is in the way. */
  take(locker: Locker, on: Lockable, mode: Mode): boolean {
    const { holders } = on;
    if (holders.length === 0) {
      if (on.queue.length > 0) return false;
      holders.push(locker);
      on.exclusive = mode === "exclusive";
      locker.locked.push(on);
      return true;
    }
    if (holders.includes(locker)) {
      if (on.exclusive || mode === "shared") return true;
      if (holders.length > 1 || on.queue.length > 0) return false;
      on.exclusive = true;
      return true;
    }
    if (on.exclusive || mode === "exclusive" || on.queue.length > 0) return false;
    holders.push(locker);
    locker.locked.push(on);
    return true;
  }

  holds(locker: Locker, on: Lockable): boolean {
    return on.holders.includes(locker);
  }

  /** Takes a lock, waiting for it where that is needed. Answers whether it waited, and whether there was still something to lock. */
  *acquire(
    locker: Locker,
    on: Lockable,
    mode: Mode,
    duplicateCheck = false,
  ): Steps<"at once" | "granted" | "gone"> {
    if (this.take(locker, on, mode)) return "at once";
    const request: LockRequest = {
      locker,
      on,
      mode,
      duplicateCheck,
      state: "waiting",
      wake: () => undefined,
    };
    on.queue.push(request);
    if (this.#closesCircle(request)) {
      this.stats.deadlocks += 1;
      on.queue.pop();
      throw deadlock();
    }
    this.stats.lockWaits += 1;
    locker.waiting = request;
    yield request;
    return request.state === "gone" ? "gone" : "granted";
  }

  /** Ends the waiting of somebody who was refused, or is no more. */
  giveUp(locker: Locker): void {
    const request = locker.waiting;
    locker.waiting = undefined;
    if (request === undefined) return;
    const { on } = request;
    on.queue = on.queue.filter((other) => other !== request);
    this.#passOn(on);
  }

  /** Gives one lock back before the end: of a row that a statement looked at and did not want. */
  release(locker: Locker, on: Lockable): void {
    const at = locker.locked.lastIndexOf(on);
    if (at >= 0) locker.locked.splice(at, 1);
    this.#letGo(locker, on);
  }

  releaseAll(locker: Locker): void {
    // Whoever is woken may lock anew what was given back; the list of this one is done.
    const locked = locker.locked.splice(0);
    for (const on of locked) this.#letGo(locker, on);
  }

  /** What an insert made is gone again. */
  vanish(locker: Locker, on: Lockable): void {
    on.holders = on.holders.filter((holder) => holder !== locker);
    on.exclusive = false;
    const waiting = on.queue;
    on.queue = [];
    for (const request of waiting) {
      if (request.duplicateCheck) {
        if (!on.holders.includes(request.locker)) {
          on.holders.push(request.locker);
          request.locker.locked.push(on);
        }
        goOn(request, "granted");
      } else {
        goOn(request, "gone");
      }
    }
    if (on.holders.length === 0) on.unused();
  }

  #letGo(locker: Locker, on: Lockable): void {
    const at = on.holders.indexOf(locker);
    if (at >= 0) on.holders.splice(at, 1);
    if (on.holders.length === 0) on.exclusive = false;
    this.#passOn(on);
  }

  #passOn(on: Lockable): void {
    if (on.queue.length === 0) {
      if (on.holders.length === 0) on.unused();
      return;
    }
    const waiting = on.queue;
    on.queue = [];
    for (const request of waiting) {
      if (this.#blockers(request).length > 0) {
        on.queue.push(request);
        continue;
      }
      if (!on.holders.includes(request.locker)) {
        on.holders.push(request.locker);
        request.locker.locked.push(on);
      }
      on.exclusive = request.mode === "exclusive";
      goOn(request, "granted");
    }
  }

  /** Holders and earlier waiters that a request does not go together with. */
  #blockers({ locker, on, mode }: LockRequest): readonly Locker[] {
    const blockers: Locker[] = [];
    for (const holder of on.holders)
      if (holder !== locker && (on.exclusive || mode === "exclusive")) blockers.push(holder);
    for (const other of on.queue) {
      if (other.locker === locker) break;
      if (other.mode === "exclusive" || mode === "exclusive") blockers.push(other.locker);
    }
    return blockers;
  }

  #closesCircle(request: LockRequest): boolean {
    const seen = new Set<Locker>();
    const reaches = (from: LockRequest): boolean =>
      this.#blockers(from).some((blocker) => {
        if (blocker === request.locker) return true;
        if (seen.has(blocker) || blocker.waiting === undefined) return false;
        seen.add(blocker);
        return reaches(blocker.waiting);
      });
    return reaches(request);
  }
}

/** From now on it waits for nothing, though its statement goes on a little later. */
function goOn(request: LockRequest, state: "granted" | "gone"): void {
  request.state = state;
  request.locker.waiting = undefined;
  request.wake();
}
