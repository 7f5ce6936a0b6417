import { type Entities, fits, type Kind } from "@healthbridge/schema/client";

const KINDS: ReadonlySet<string> = new Set(
  "account device clinic doctor patient availability sheet appointment".split(" "),
);

export function isKind(kind: string): kind is Kind {
  return KINDS.has(kind);
}

type Shelves = { readonly [K in Kind]: Map<string, Entities[K]> };

/** Entities by kind and id, with the index decisions look up: a patient's appointments. */
export class Shelf {
  readonly #shelves: Shelves = {
    account: new Map(),
    device: new Map(),
    clinic: new Map(),
    doctor: new Map(),
    patient: new Map(),
    availability: new Map(),
    sheet: new Map(),
    appointment: new Map(),
  };
  readonly #agenda = new Map<string, Set<string>>();

  /**
   * Puts what was read from a store or a server; what this version does not understand is left out. Fields it does not know are kept: they belong to a
   * newer version.
   */
  accept(kind: string, id: string, value: unknown): void {
    if (!isKind(kind)) return;
    if (fits(kind, value)) this.put({ kind, entity: value });
    else this.remove(kind, id);
  }

  put<K extends Kind>({ kind, entity }: { readonly kind: K; readonly entity: Entities[K] }): void {
    this.#shelves[kind].set(entity.id, entity);
    if ("patient" in entity) {
      const known = this.#agenda.get(entity.patient);
      if (known === undefined) this.#agenda.set(entity.patient, new Set([entity.id]));
      else known.add(entity.id);
    }
  }

  remove(kind: Kind, id: string): void {
    const appointment = kind === "appointment" ? this.get("appointment", id) : undefined;
    if (appointment !== undefined) this.#agenda.get(appointment.patient)?.delete(id);
    this.#shelves[kind].delete(id);
  }

  get<K extends Kind>(kind: K, id: string): Entities[K] | undefined {
    return this.#shelves[kind].get(id);
  }

  all<K extends Kind>(kind: K): ReadonlyMap<string, Entities[K]> {
    return this.#shelves[kind];
  }

  /** Ids of the appointments of a patient. */
  agenda(patient: string): Iterable<string> {
    return this.#agenda.get(patient) ?? [];
  }

  clear(): void {
    for (const shelf of Object.values(this.#shelves)) shelf.clear();
    this.#agenda.clear();
  }
}
