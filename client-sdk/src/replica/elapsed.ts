import type { Runtime } from "../adapters/runtime.ts";
import type { Mirror } from "../mirror.ts";
import { serverNow } from "../sync/clock.ts";

/**
 * What the server's clock can show, told twice: by the device's wall clock, which people set, and by the time that has passed since it was known, which nobody
 * can set (but which may stand still while a device sleeps). A lease is used by the later of both and given back by the earlier.
 */
export class Elapsed {
  readonly #mirror: Mirror;
  readonly #runtime: Runtime;
  #ahead: number | undefined;
  #known: { readonly server: number; readonly at: number } | undefined;

  constructor(mirror: Mirror, runtime: Runtime) {
    this.#mirror = mirror;
    this.#runtime = runtime;
  }

  /** What is known of the server was read, or has changed. */
  note(): void {
    const { ahead } = this.#mirror.meta.get("sync") ?? {};
    // Only the server itself can put the time back.
    const server = ahead === this.#ahead ? this.latest() : serverNow(this.#mirror, this.#runtime);
    this.#ahead = ahead;
    this.#known = { server, at: this.#runtime.monotonic() };
  }

  /** ms since 1970 */
  latest(): number {
    return Math.max(...this.#both());
  }

  /** ms since 1970 */
  earliest(): number {
    return Math.min(...this.#both());
  }

  #both(): readonly [number, number] {
    const byWall = serverNow(this.#mirror, this.#runtime);
    const known = this.#known;
    return [byWall, known ? known.server + this.#runtime.monotonic() - known.at : byWall];
  }
}
