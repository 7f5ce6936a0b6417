import type { Doctor, EntityId } from "@healthbridge/schema/client";
import { speech, t } from "../words.ts";
import type { Visit } from "../logic/day-grid.ts";
import { isTimeless } from "../logic/many-plan.ts";

/** What saying an operation in words takes. */
export interface Known {
  readonly patientName: (id: EntityId) => string | undefined;
  readonly doctor: (id: EntityId) => Doctor | undefined;
  readonly visit: (id: EntityId) => Visit | undefined;
}

/** An operation: queued, or settled. */
export interface Operation {
  readonly type: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly ref?: string | undefined;
}

const TYPES = {
  "patient.register": "opRegister",
  "patient.update": "opUpdate",
  "appointment.book": "opBook",
  "appointment.reschedule": "opMove",
  "appointment.cancel": "opCancel",
  "appointment.checkIn": "opCheckIn",
  "appointment.undoCheckIn": "opUndo",
  "appointment.complete": "opComplete",
  "appointment.markMissed": "opMissed",
  "appointment.confirm": "opConfirm",
  "appointment.walkIn": "opWalkIn",
  "lease.take": "opLease",
  "lease.giveBack": "opGiveBack",
} as const;

/** What kind of thing it is: "Appointment". */
export function typeInWords(type: string): string {
  return isKnownType(type) ? t(TYPES[type]) : t("opOther");
}

/** What was done: "Appointment for Akiru Lopeyok". */
export function whatInWords({ type, input }: Operation, known: Known): string {
  const name = nameIn(input, known);
  const word = typeInWords(type);
  return name === undefined ? word : t("opFor", { what: word, name });
}

/** When and with whom: "Tue, 1 Dec, 09:20, Dr Rose Nakiru". */
export function whenInWords(operation: Operation, known: Known): string {
  return placeInWords(operation, known, speech.time);
}

/** The same of what was asked for and is not so, or not yet: where no time was left none was asked for. */
export function askedInWords(operation: Operation, known: Known): string {
  return placeInWords(operation, known, isTimeless(operation) ? () => t("noTimeLeft") : speech.time);
}

function placeInWords({ input }: Operation, known: Known, time: (start: string) => string): string {
  const visit = visitIn(input, known);
  const start = textIn(input, "start") ?? visit?.start;
  const doctor = known.doctor(textIn(input, "doctor") ?? visit?.doctor ?? "");
  return [
    ...(start === undefined ? [] : [speech.day(start), time(start)]),
    ...(doctor === undefined ? [] : [doctor.name]),
  ].join(", ");
}

function nameIn(input: Operation["input"], known: Known): string | undefined {
  const own = textIn(input, "name");
  if (own !== undefined) return own;
  const patient = textIn(input, "patient") ?? visitIn(input, known)?.patient;
  return patient === undefined ? undefined : known.patientName(patient);
}

function visitIn(input: Operation["input"], known: Known): Visit | undefined {
  const id = textIn(input, "appointment");
  return id === undefined ? undefined : known.visit(id);
}

function textIn(input: Operation["input"], name: string): string | undefined {
  const value = input[name];
  return typeof value === "string" ? value : undefined;
}

function isKnownType(type: string): type is keyof typeof TYPES {
  return Object.hasOwn(TYPES, type);
}
