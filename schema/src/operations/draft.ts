import type { Appointment } from "../shapes/appointment.ts";
import type { Change, Readable, ReadableKind, State } from "./definition.ts";
import { standingOn } from "./look-ups.ts";

/** A state with changes on top: what a decision of several steps has come to so far. */
export class Draft implements State {
  readonly #state: State;
  readonly #changes = new Map<string, Change>();

  constructor(state: State) {
    this.#state = state;
  }

  get<K extends ReadableKind>(kind: K, id: string): Readable[K] | undefined;
  get(kind: ReadableKind, id: string): unknown {
    if (kind === "agenda" || kind === "standing") return this.#listed(kind, id);
    return this.#changes.get(`${kind} ${id}`)?.entity ?? this.#state.get(kind, id);
  }

  put(change: Change): void {
    this.#changes.set(`${change.kind} ${change.entity.id}`, change);
  }

  /** Everything that was put, each thing as it was put last. */
  get changes(): readonly Change[] {
    return [...this.#changes.values()];
  }

  /** A list of appointments as the decision has left it so far: how many a day has, too, counts what it gave away a step before. */
  #listed(kind: "agenda" | "standing", id: string): readonly Appointment[] {
    const changed = this.changes.flatMap((each) => (each.kind === "appointment" ? [each.entity] : []));
    const known = (this.#state.get(kind, id) ?? []).filter(
      (each) => !changed.some((other) => other.id === each.id),
    );
    const all = [...known, ...changed];
    return kind === "agenda" ? all.filter(({ patient }) => patient === id) : standingOn(id, all);
  }
}
