import type { Appointment } from "../shapes/appointment.ts";
import type { Change, Readable, ReadableKind, State } from "./definition.ts";

/** A state with changes on top: what a decision of several steps has come to so far. */
export class Draft implements State {
  readonly #state: State;
  readonly #changes = new Map<string, Change>();

  constructor(state: State) {
    this.#state = state;
  }

  get<K extends ReadableKind>(kind: K, id: string): Readable[K] | undefined;
  get(kind: ReadableKind, id: string): unknown {
    if (kind === "agenda") return this.#agenda(id);
    return this.#changes.get(`${kind} ${id}`)?.entity ?? this.#state.get(kind, id);
  }

  put(change: Change): void {
    this.#changes.set(`${change.kind} ${change.entity.id}`, change);
  }

  /** Everything that was put, each thing as it was put last. */
  get changes(): readonly Change[] {
    return [...this.#changes.values()];
  }

  #agenda(patient: string): readonly Appointment[] {
    const changed = this.changes.flatMap((each) => (each.kind === "appointment" ? [each.entity] : []));
    const known = (this.#state.get("agenda", patient) ?? []).filter(
      ({ id }) => !changed.some((each) => each.id === id),
    );
    return [...known, ...changed.filter((each) => each.patient === patient)];
  }
}
