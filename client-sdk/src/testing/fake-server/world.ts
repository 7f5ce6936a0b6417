import {
  type Change,
  type Entities,
  holdsTime,
  type Kind,
  type Readable,
  type ReadableKind,
  nearbySheets,
  readNearby,
  standingOn,
  type State,
  waitingFor,
} from "@healthbridge/schema";
import type { Data } from "./data.ts";

/** What decisions read and change: the entities, and the look-ups over them. */
export class World implements State {
  readonly #entities: Data["entities"];

  constructor({ entities }: Data) {
    this.#entities = entities;
  }

  get<K extends ReadableKind>(kind: K, id: string): Readable[K] | undefined {
    return this.#looks[kind](id);
  }

  /** All of a kind, in the order in which they were made. */
  list<K extends Kind>(kind: K): readonly Entities[K][] {
    return [...this.#entities[kind].values()];
  }

  apply({ kind, entity }: Change): void {
    this.#put(kind, entity);
    if (kind === "account" && entity.status === "disabled") this.#shutOut(entity.id);
  }

  /** Enabled again, an account has no old device that lives. */
  #shutOut(account: string): void {
    for (const { push: _subscription, ...device } of this.list("device"))
      if (device.account === account) this.#put("device", { ...device, status: "revoked" });
  }

  #put<K extends Kind>(kind: K, entity: Entities[K]): void {
    this.#entities[kind].set(entity.id, entity);
  }

  #nearby(key: string): readonly string[] {
    return nearbySheets(readNearby(key), {
      doctors: this.list("doctor"),
      clinic: (id) => this.get("clinic", id),
      sheets: this.list("sheet"),
    });
  }

  readonly #looks: { readonly [K in ReadableKind]: (id: string) => Readable[K] | undefined } = {
    account: (id) => this.#entities.account.get(id),
    device: (id) => this.#entities.device.get(id),
    clinic: (id) => this.#entities.clinic.get(id),
    doctor: (id) => this.#entities.doctor.get(id),
    patient: (id) => this.#entities.patient.get(id),
    availability: (id) => this.#entities.availability.get(id),
    sheet: (id) => this.#entities.sheet.get(id),
    appointment: (id) => this.#entities.appointment.get(id),
    agenda: (id) => this.list("appointment").filter((each) => each.patient === id && holdsTime(each)),
    calendarLink: (id) => this.#entities.calendarLink.get(id),
    conversation: (id) => this.#entities.conversation.get(id),
    message: (id) => this.#entities.message.get(id),
    login: (login) => this.list("account").find((account) => account.login === login)?.id,
    doctorAccount: (doctor) => this.list("account").find((account) => account.doctor === doctor)?.id,
    standing: (id) => standingOn(id, this.list("appointment")),
    waiting: (id) => waitingFor(id, this.list("appointment")),
    holds: (id) => this.list("appointment").filter(({ heldBy }) => heldBy === id),
    clinicDoctors: (id) =>
      this.list("doctor")
        .filter((doctor) => doctor.clinic === id && this.get("availability", doctor.id) !== undefined)
        .map((doctor) => doctor.id),
    nearby: (key) => this.#nearby(key),
  };
}
