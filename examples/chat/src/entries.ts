import type { HealthBridge } from "@healthbridge/client-sdk";
import type { Chat, ShownConversation, ShownMessage } from "@healthbridge/client-sdk/chat";
import type { Account, Appointment, EntityId } from "@healthbridge/schema";
import { harmless } from "./words.ts";

/** A conversation as the list shows it, or an appointment whose conversation has not begun. */
export interface Entry {
  readonly id: EntityId;
  /** under which it is opened; the same for as long as the program runs */
  readonly number: number;
  readonly patient: string;
  readonly doctor: string;
  /** by the clock on the doctor's wall, where the appointment is known here */
  readonly start: string | undefined;
  /** somebody has written there */
  readonly begun: boolean;
  readonly closed: boolean;
  readonly unread: number;
  readonly last: ShownMessage | undefined;
}

/** Appointments without a conversation that the list offers, so that it stays short. */
const MOST_OFFERED = 9;
const NOT_BEGUN = { begun: false, closed: false, unread: 0, last: undefined } as const;

type Held = Pick<Appointment, "status" | "doctor" | "patient">;

const TALKED_OF: ReadonlySet<Appointment["status"]> = new Set(["pending", "booked", "arrived", "waitlist"]);

/** The list of conversations. Numbers stay: somebody may type one while lines come in and the order changes. */
export class Entries {
  readonly #hb: HealthBridge;
  readonly #chat: Chat;
  readonly #numbers = new Map<EntityId, number>();

  constructor(hb: HealthBridge, chat: Chat) {
    this.#hb = hb;
    this.#chat = chat;
  }

  /** Conversations that have begun, the newest first, then appointments about which one could begin one. */
  list(): readonly Entry[] {
    const begun = this.#chat.conversations();
    const known = new Set(begun.map(({ id }) => id));
    const offered = this.#hb
      .list("appointment", (each) => !known.has(each.id) && this.#isOffered(each))
      .toSorted((left, right) => (left.start < right.start ? -1 : 1))
      .slice(0, MOST_OFFERED);
    return [
      ...begun.map((each) => this.#begun(each)),
      ...offered.map((each) => this.#entry(each, NOT_BEGUN)),
    ];
  }

  /**
   * Those whom a number, a patient's name or a doctor's name means; parts of words are enough. None or several are for the caller to tell.
   */
  find(who: string): readonly Entry[] {
    const all = this.list();
    const byNumber = /^\d+$/.test(who) ? all.filter(({ number }) => number === Number(who)) : [];
    if (byNumber.length > 0) return byNumber;
    const ofPatient = all.filter(({ patient }) => meets(patient, who));
    return ofPatient.length > 0 ? ofPatient : all.filter(({ doctor }) => meets(doctor, who));
  }

  /** One of them, also one for which the list has no room; `undefined` where this account takes part no longer. */
  one(id: EntityId): Entry | undefined {
    const begun = this.#chat.conversations().find((each) => each.id === id);
    if (begun !== undefined) return this.#begun(begun);
    const appointment = this.#hb.get("appointment", id);
    return appointment && this.#isOwn(appointment) ? this.#entry(appointment, NOT_BEGUN) : undefined;
  }

  /** Doctors of whom a list shows the name, and who are not known here. */
  unknownDoctors(): ReadonlySet<EntityId> {
    const all = [
      ...this.#chat.conversations().map(({ doctor }) => doctor),
      ...this.#hb.list("appointment", (each) => this.#isOffered(each)).map(({ doctor }) => doctor),
    ];
    return new Set(
      all.flatMap((id) => (id === undefined || this.#hb.get("doctor", id) !== undefined ? [] : [id])),
    );
  }

  #begun({ id, patient, doctor, closed, unread, last }: ShownConversation): Entry {
    return this.#entry({ id, patient, doctor }, { begun: true, closed, unread, last });
  }

  #entry(
    about: {
      readonly id: EntityId;
      readonly patient?: EntityId | undefined;
      readonly doctor?: EntityId | undefined;
    },
    more: Pick<Entry, "begun" | "closed" | "unread" | "last">,
  ): Entry {
    const { id, patient = "", doctor = "" } = about;
    const number = this.#numbers.get(id) ?? this.#numbers.size + 1;
    this.#numbers.set(id, number);
    return {
      id,
      number,
      patient: harmless(this.#hb.get("patient", patient)?.name ?? "a patient"),
      doctor:
        this.#account()?.doctor === doctor
          ? "you"
          : harmless(this.#hb.get("doctor", doctor)?.name ?? "a doctor"),
      start: this.#hb.get("appointment", id)?.start,
      ...more,
    };
  }

  /** Whether the list offers to begin a conversation about an appointment. */
  #isOffered(appointment: Held): boolean {
    return TALKED_OF.has(appointment.status) && this.#isOwn(appointment);
  }

  /** Whether this account has a voice: the doctor, who acts for the patient, and the people of the clinic that keeps her card. */
  #isOwn({ doctor, patient }: Held): boolean {
    const account = this.#account();
    const card = this.#hb.get("patient", patient);
    return (
      account !== undefined &&
      (account.doctor === doctor ||
        card?.account === account.id ||
        (card?.clinic !== undefined && account.clinics.includes(card.clinic)))
    );
  }

  #account(): Account | undefined {
    return this.#hb.status.get().account;
  }
}

/** Whether each word that was typed begins a word of a name. */
export function meets(name: string, typed: string): boolean {
  const words = wordsOf(name);
  const wanted = wordsOf(typed);
  return wanted.length > 0 && wanted.every((word) => words.some((each) => each.startsWith(word)));
}

/** Words of a name, without titles, dots, case and accents. */
function wordsOf(name: string): readonly string[] {
  return name
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "" && word !== "dr" && word !== "doctor");
}
