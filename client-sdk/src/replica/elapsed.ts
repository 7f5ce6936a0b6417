import type { Runtime } from "../adapters/runtime.ts";
import type { Mirror } from "../mirror.ts";
import { serverNow } from "../sync/clock.ts";

/**
 * The latest that the server's clock can show: by the device's wall clock, which people set, or by the time that has passed since it was known, which nobody can
 * set (but which may stand still while a device sleeps, and ends with the program). A lease is used by the later of both.
 */
export class Elapsed {
  readonly #mirror: Mirror;
  readonly #runtime: Runtime;
  #known: { readonly ahead: number; readonly server: number; readonly at: number } | undefined;

  constructor(mirror: Mirror, runtime: Runtime) {
    this.#mirror = mirror;
    this.#runtime = runtime;
  }

  /** What is known of the server was read, or has changed; only the server itself can put the time back. */
  note(): void {
    const ahead = this.#mirror.meta.get("sync")?.ahead;
    if (ahead === undefined || ahead === this.#known?.ahead) return;
    const server = serverNow(this.#mirror, this.#runtime);
    this.#known = { ahead, server, at: this.#runtime.monotonic() };
  }

  /** ms since 1970 */
  latest(): number {
    const byWall = serverNow(this.#mirror, this.#runtime);
    const known = this.#known;
    return known ? Math.max(byWall, known.server + this.#runtime.monotonic() - known.at) : byWall;
  }
}
