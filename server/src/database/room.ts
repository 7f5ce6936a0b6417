import type { Clock } from "../adapters/clock.ts";
import type { DatabaseError } from "./database-error.ts";

/** What needs no room goes on where a disk is full: that something was committed says nothing so soon. */
const LASTS_MS = 60_000;

/**
 * Whether the database has room for what is written, on its disk and in its memory. Where it has none, reads go on, and so does the server: only who writes is told.
 */
export class DatabaseRoom {
  readonly #clock: Clock;
  readonly #onChange: (isThere: boolean) => void;
  /** when it was missing last */
  #missedAt: number | undefined;

  constructor(clock: Clock, onChange: (isThere: boolean) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get isThere(): boolean {
    return this.#missedAt === undefined;
  }

  /** Hears how a transaction ended: committed, unless with an error. */
  readonly ended = (error: DatabaseError | undefined): void => {
    const wasThere = this.isThere;
    const now = this.#clock.monotonic();
    if (error?.code === "no_room") this.#missedAt = now;
    else if (error === undefined && now - (this.#missedAt ?? now) >= LASTS_MS) this.#missedAt = undefined;
    if (this.isThere !== wasThere) this.#onChange(this.isThere);
  };
}
