import type { HealthBridge } from "@healthbridge/client-sdk";
import type { EntityId, InputOf, Patient } from "@healthbridge/schema";
import { nameWords } from "./lists.ts";
import { Fault } from "./rows/fault.ts";

export type Registration = InputOf<"patient.register">;

/** A patient's id, or the place of her registration among those that are being queued this moment. */
export type PatientHandle = { readonly id: EntityId } | { readonly place: number };

interface Known {
  readonly name: string;
  readonly handle: PatientHandle;
}

/** Patients this computer knows: from the server, queued before, and from the rows above. Same card number, same patient. */
export class Patients {
  readonly #byCard = new Map<string, Known>();
  readonly #byPerson = new Map<string, Known>();
  /** references whose registration was refused */
  readonly #refused = new Set<string>();

  static async of(hb: HealthBridge): Promise<Patients> {
    const patients = new Patients();
    for (const patient of hb.list("patient")) patients.add(patient, { id: patient.id });
    // What the replica cannot show: queued before the clinic's lists were there, or settled and not pulled yet.
    const outcomes = (await hb.outcomes()).filter(({ type }) => type === "patient.register");
    for (const { ref, status } of outcomes)
      if (status === "rejected" && ref !== undefined) patients.#refused.add(ref);
    const settled = outcomes.filter(({ status }) => status === "applied");
    const waiting = hb.waiting().filter(({ type }) => type === "patient.register");
    for (const { id, input } of [...settled, ...waiting]) patients.add(input, { id });
    return patients;
  }

  /**
   * The patient a row describes, if she is known. Without a card number it takes a name with a date of birth or a phone: a name alone can be two people's.
   * @throws Fault where the card belongs to somebody with another name
   */
  find(registration: Registration): PatientHandle | undefined {
    const byCard =
      registration.cardNumber === undefined ? undefined : this.#byCard.get(cardKey(registration.cardNumber));
    if (byCard !== undefined && !namesMeet(byCard.name, registration.name)) {
      throw new Fault(
        `the card ${registration.cardNumber ?? ""} belongs to ${byCard.name}, not to ${registration.name}`,
      );
    }
    if (byCard !== undefined || registration.cardNumber !== undefined) return byCard?.handle;
    return personKeys(registration)
      .map((key) => this.#byPerson.get(key)?.handle)
      .find((handle) => handle !== undefined);
  }

  byCard(card: string): PatientHandle | undefined {
    return this.#byCard.get(cardKey(card))?.handle;
  }

  add(patient: Partial<Patient> | Readonly<Record<string, unknown>>, handle: PatientHandle): void {
    const { name, cardNumber, born, phone } = patient;
    if (typeof name !== "string") return;
    const known = { name, handle };
    if (typeof cardNumber === "string") this.#byCard.set(cardKey(cardNumber), known);
    for (const key of personKeys({ name, ...text("born", born), ...text("phone", phone) }))
      this.#byPerson.set(key, known);
  }

  /** A reference under which a registration can be queued: one that was refused is not asked for again under its old one. */
  unrefused(ref: string): string {
    return this.#refused.has(ref) ? this.unrefused(`${ref}~`) : ref;
  }

  /** Puts ids in the place of places, once a part of the queue is written. */
  settle(ids: readonly EntityId[]): void {
    for (const map of [this.#byCard, this.#byPerson]) {
      for (const [key, { name, handle }] of map) {
        if ("id" in handle) continue;
        const id = ids[handle.place];
        if (id === undefined) map.delete(key);
        else map.set(key, { name, handle: { id } });
      }
    }
  }
}

/** The reference under which a patient is registered: once for a card, else once for the row that names her. */
export function registrationRef(clinic: EntityId, { cardNumber }: Registration, row: string): string {
  return cardNumber === undefined ? `patient of ${row}` : `card:${clinic}:${cardKey(cardNumber)}`;
}

function cardKey(card: string): string {
  return card.toLowerCase().replaceAll(/\s+/g, "");
}

function personKeys({
  name,
  born,
  phone,
}: {
  name: string;
  born?: string | undefined;
  phone?: string | undefined;
}): readonly string[] {
  const words = nameWords(name).toSorted().join(" ");
  return [
    ...(born === undefined ? [] : [`${words}|${born}`]),
    ...(phone === undefined ? [] : [`${words}|${phone}`]),
  ];
}

/** People write names in any order and leave parts out; a card with not one word in common is somebody else's. */
function namesMeet(left: string, right: string): boolean {
  const words = new Set(nameWords(left));
  return nameWords(right).some((word) => words.has(word));
}

function text(name: string, value: unknown): Record<string, string> {
  return typeof value === "string" ? { [name]: value } : {};
}
