import type { EntityId } from "@healthbridge/schema";
import type { Clock } from "../adapters/clock.ts";
import type { Randomness } from "../adapters/randomness.ts";
import type { Timers } from "../adapters/timers.ts";
import { CLOSE, REALTIME } from "./limits.ts";
import type { OpenSocket } from "./open-socket.ts";

export interface SocketsParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
}

/** Every open socket of this process, whatever it is for: looked at once a second, found by account, closed together. */
export class Sockets {
  readonly #parts: SocketsParts;
  readonly #open = new Set<OpenSocket>();
  readonly #byAccount = new Map<EntityId, Set<OpenSocket>>();
  #callOff: (() => void) | undefined;
  #emptied: (() => void) | undefined;

  constructor(parts: SocketsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#open.size;
  }

  [Symbol.iterator](): Iterator<OpenSocket> {
    return this.#open.values();
  }

  add(socket: OpenSocket): void {
    this.#open.add(socket);
    const { account } = socket.holder;
    const hers = this.#byAccount.get(account) ?? new Set();
    this.#byAccount.set(account, hers.add(socket));
    this.#watch();
  }

  remove(socket: OpenSocket): void {
    this.#open.delete(socket);
    const { account } = socket.holder;
    const hers = this.#byAccount.get(account);
    hers?.delete(socket);
    if (hers?.size === 0) this.#byAccount.delete(account);
    if (this.#open.size === 0) this.#emptied?.();
  }

  /** How many of a kind an account has. */
  countOf(account: EntityId, kind: string): number {
    return [...(this.#byAccount.get(account) ?? [])].filter((socket) => socket.kind === kind).length;
  }

  /**
   * Sends everybody away, each at another moment back, once what she asked for is answered. Resolves when nobody is left.
   * @param most ms after which nothing is waited for
   */
  async sendAway(most: number): Promise<void> {
    if (this.#open.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#emptied = resolve;
    const stop = this.#parts.timers.after(most, () => {
      for (const socket of this.#open) socket.end(CLOSE.goingAway, this.#returnAfter());
    });
    for (const socket of this.#open) void this.#sendAwayOne(socket);
    await promise;
    stop();
    this.#callOff?.();
  }

  async #sendAwayOne(socket: OpenSocket): Promise<void> {
    await socket.settled().catch(() => undefined); // is told where it is done
    socket.end(CLOSE.goingAway, this.#returnAfter());
  }

  /** ms, as text */
  #returnAfter(): string {
    const [high = 0, low = 0] = this.#parts.randomness.bytes(2);
    return String(Math.round(((high * 256 + low) / 65_536) * REALTIME.returnMs));
  }

  #watch(): void {
    this.#callOff ??= this.#parts.timers.after(REALTIME.lookMs, () => {
      this.#callOff = undefined;
      const now = this.#parts.clock.monotonic();
      for (const socket of this.#open) socket.look(now);
      if (this.#open.size > 0) this.#watch();
    });
  }
}
