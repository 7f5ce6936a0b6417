import type { UnfitOutput } from "../contracts/availability.ts";
import type { InputOf, OperationType, OutputOf } from "../contracts/contracts.ts";
import type { ProblemCode } from "../protocol/problems.ts";
import type { Account, Device, Role } from "../shapes/account.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { Availability } from "../shapes/availability.ts";
import type { CalendarLink } from "../shapes/calendar.ts";
import type { Conversation, Message } from "../shapes/conversation.ts";
import type { Clinic, Doctor } from "../shapes/directory.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { Slot } from "../entities/sheet.ts";
import type { Patient } from "../shapes/patient.ts";
import type { Problem, Reason } from "../shapes/problem.ts";
import type { Sheet } from "../shapes/sheet.ts";
import type { CalendarDate } from "../shapes/time.ts";
import type { Wish } from "../shapes/wish.ts";
import type { Draft } from "./draft.ts";
import type { WaitingPlace } from "./place-to-wait.ts";
import type { Request } from "./wishes.ts";

/** What is kept, by kind. */
export interface Entities {
  readonly account: Account;
  readonly device: Device;
  readonly clinic: Clinic;
  readonly doctor: Doctor;
  readonly patient: Patient;
  readonly availability: Availability;
  readonly sheet: Sheet;
  readonly appointment: Appointment;
  readonly calendarLink: CalendarLink;
  /** with how many messages it has, and whether it is taken away with all that is in it */
  readonly conversation: Conversation & { readonly lines: number; readonly removed?: true };
  readonly message: Message;
}
export type Kind = keyof Entities;

/** Looked up with the entities, never written on their own. */
export interface LookUps {
  /** a patient's appointments that hold time, by the patient's id */
  readonly agenda: readonly Appointment[];
  /** the account that signs in with a name, by `<login>` */
  readonly login: EntityId;
  /** the account of a doctor, by the doctor's id */
  readonly doctorAccount: EntityId;
  /** appointments that keep a time on a day sheet to themselves, by the sheet's id */
  readonly standing: readonly Appointment[];
  /** appointments on a doctor's waiting list that a time on a day sheet would suit, those who come first in front, by the sheet's id */
  readonly waiting: readonly Appointment[];
  /** times held by an account, by its id */
  readonly holds: readonly Appointment[];
  /** doctors of a clinic who have a week, by the clinic's id */
  readonly clinicDoctors: readonly EntityId[];
  /** day sheets with free times of other doctors, best first, by what is asked for (`nearbyKey`) */
  readonly nearby: readonly string[];
}

/** Everything a decision can read. */
export interface Readable extends Entities, LookUps {}
export type ReadableKind = keyof Readable;

/** The key of something a decision reads or writes. */
export interface Touch {
  readonly kind: ReadableKind;
  readonly id: string;
  /** clinics and doctors are read by thousands of decisions and changed by few: only those that will change one lock it */
  readonly change?: true;
  /** an agenda is looked up from this instant (ms) on; left out: from a day ago */
  readonly since?: number;
  /** an appointment that is over: neither its day nor what else its patient has matters any more */
  readonly past?: true;
}

/**
 * What a decision reads. `get` answers `undefined` for what does not exist or belongs to another tenant, and throws `NotLoaded` for what was not
 * looked up: the server then looks it up and decides again, a device says it cannot foresee the outcome.
 */
export interface State {
  get<K extends ReadableKind>(kind: K, id: string): Readable[K] | undefined;
}

/** Thrown by a state for a key that was not looked up. Not an error: a request for more. */
export class NotLoaded extends Error {
  override readonly name = "NotLoaded";
  readonly touch: Touch;
  constructor(touch: Touch) {
    super(`not looked up: ${touch.kind} ${touch.id}`);
    this.touch = touch;
  }
}

/** One entity as it is after the operation. */
export type Change = { readonly [K in Kind]: { readonly kind: K; readonly entity: Entities[K] } }[Kind];

/** Who asks. `system` is the server itself: its jobs, and an operator's imports. */
export interface Actor {
  readonly account: EntityId;
  readonly role: Role | "system";
  readonly clinics: readonly EntityId[];
  readonly doctor?: EntityId | undefined;
  /** the device that asks, where a server verified it */
  readonly device?: EntityId | undefined;
}

/** What happens to a time that comes free, and what it takes to wait for one. Only a server knows who waits. */
export interface WaitingList {
  /** a place on the doctor's list, or why there is none to have */
  place(wish: Wish, request: Request): WaitingPlace | Reason["code"];
  /** offers freed slots of a day sheet to those who wait, or gives them */
  handOn(draft: Draft, sheetId: string, freed: readonly Slot[], now: number): void;
  /** ends an appointment that waited for a word until now, and hands its time on; whether it was over */
  end(draft: Draft, appointment: EntityId, now: number): boolean;
}

/** What a decision may know beside the state. */
export interface Context {
  /** who asks; nobody has signed in for `account.register` by a patient */
  readonly actor: Actor | undefined;
  /** the deciding side's clock, ms since 1970; on the server the database's */
  readonly now: number;
  /** id of the operation, and of what it creates */
  readonly id: EntityId;
  /** decides what a doctor's week does to her day sheets, all of them or those of some dates; only the server can (it has the time zones' rules) */
  readonly planSheets?:
    | ((
        state: State,
        plan: Availability,
        clinic: Clinic,
        context: Pick<Context, "now" | "waitingList">,
        dates?: readonly CalendarDate[],
      ) => Decision<UnfitOutput>)
    | undefined;
  /** the refusal of a time zone that does not exist; a device leaves that to the server */
  readonly refuseZone?: ((zone: string) => Rejected | undefined) | undefined;
  readonly waitingList?: WaitingList | undefined;
}

/** What an operation decides: changes and perhaps an output, or a problem. */
export type Decision<Output> =
  | {
      readonly status: "applied";
      readonly changes: readonly Change[];
      readonly output?: Output | undefined;
    }
  | Rejected;

/** A decision that nothing happens, and why. */
export interface Rejected {
  readonly status: "rejected";
  readonly problem: Problem;
}

/** How an operation is decided, the same on both sides: pure and synchronous. A decision for another input than its contract's does not compile. */
export type Decide<T extends OperationType> = (
  state: State,
  input: InputOf<T>,
  context: Context,
) => Decision<OutputOf<T>>;

/** Shorthand for a decision that changes these entities. */
export function applied(...changes: readonly Change[]): Decision<never> {
  return { status: "applied", changes };
}

/** Shorthand for a rejection. `path` names the field at fault, as `input.patient`. */
export function rejected(code: ProblemCode, path?: string, detail?: string): Rejected {
  return { status: "rejected", problem: { code, path, detail } };
}
