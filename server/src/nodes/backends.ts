/** A node as the proxy sees it. */
export interface Backend {
  /** as it is told to people: "1" */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

interface Seat {
  readonly backend: Backend;
  isReady: boolean;
  /** how often in a row it did not say that it can serve */
  misses: number;
}

/** One missed question can be a machine that is busy for a moment. */
const MISSES = 2;

/** Who can be asked, in turn. A node has its seat by its name, and loses it when it dies. */
export class Backends {
  readonly #seats = new Map<string, Seat>();
  #turn = 0;

  /** A node that listens takes its seat. */
  put(backend: Backend): void {
    this.#seats.set(backend.name, { backend, isReady: true, misses: 0 });
  }

  /** A node is gone. */
  remove(name: string): void {
    this.#seats.delete(name);
  }

  /** What a node said when it was asked whether it can serve; nothing is a no. Answers whether that is news. */
  mark({ name, port }: Backend, saidYes: boolean): boolean {
    const seat = this.#seats.get(name);
    if (seat === undefined || seat.backend.port !== port) return false;
    seat.misses = saidYes ? 0 : seat.misses + 1;
    const isReady = seat.misses < MISSES && (saidYes || seat.isReady);
    if (seat.isReady === isReady) return false;
    seat.isReady = isReady;
    return true;
  }

  all(): readonly Backend[] {
    return [...this.#seats.values()].map(({ backend }) => backend);
  }

  /** The next in turn that was not tried yet. Those that said they cannot serve come last: where nobody can, one of them says best why. */
  next(tried: ReadonlySet<Backend>): Backend | undefined {
    const left = [...this.#seats.values()].filter(({ backend }) => !tried.has(backend));
    const able = left.filter(({ isReady }) => isReady);
    const among = able.length > 0 ? able : left;
    this.#turn += 1;
    return among[this.#turn % among.length]?.backend;
  }
}
