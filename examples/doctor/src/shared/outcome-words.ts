import type { HealthBridge, Outcome } from "@healthbridge/client-sdk";
import type { Speech } from "@healthbridge/example-design/shell";
import type { DoctorKey } from "../words/words.ts";

/** What of a device is needed to say whose an outcome is. */
export type Known = Pick<HealthBridge, "get">;

/** Chat shows what became of a line beside the line, and deals with its marks by itself: until it has, their outcomes are not to be touched. */
export function isToldHere({ type }: Pick<Outcome, "type">): boolean {
  return !/^(message\.|conversation\.mark)/.test(type);
}

/** What became of something, in words for the doctor: whom it is about, what was not done and why, what no longer fits. Never silent about a refusal. */
export function tellOutcome(outcome: Outcome, known: Known, speech: Speech<DoctorKey>): string {
  const { t } = speech;
  const about = subjectOf(outcome, known, speech);
  if (outcome.status === "rejected") {
    const { code = "internal", reasons = [] } = outcome.problem ?? {};
    const why = [...new Set([code, ...reasons.map((each) => each.code)].map((each) => reasonOf(each)))];
    const what = workWith(outcome.type, about, speech);
    return t("notDone", { what, why: why.map((each) => t(each)).join(", ") });
  }
  return doneOf(outcome, about, known, speech);
}

function doneOf({ type, output }: Outcome, about: string, known: Known, speech: Speech<DoctorKey>): string {
  const { t, day, time, and } = speech;
  const unfit = listIn(output, "unfit").toSorted((left, right) =>
    startIn(left).localeCompare(startIn(right)),
  );
  if (unfit.length > 0) {
    const names = unfit.slice(0, MOST_NAMED).map((each) => {
      const start = startIn(each);
      const patient = known.get("appointment", textIn(each, "appointment") ?? "")?.patient;
      const name = (patient && known.get("patient", patient)?.name) ?? t("patientUnknown");
      return t("unfitOne", { name, day: day(start), time: time(start) });
    });
    const more = Math.max(unfit.length + (numberIn(output, "more") ?? 0) - names.length, 0);
    const list = and(more > 0 ? [...names, t("unfitMany", { n: more })] : names);
    return t("doneUnfit", { n: unfit.length + (numberIn(output, "more") ?? 0), list });
  }
  const queue = numberIn(output, "queue");
  const who = about === "" ? t("patientUnknown") : about;
  if (queue !== undefined) return t("doneQueue", { about: who, number: String(queue) });
  const start = textIn(output, "start");
  if (start !== undefined) return t("doneOtherTime", { about: who, day: day(start), time: time(start) });
  return t("done", { what: workWith(type, about, speech) });
}

const MOST_NAMED = 4;

/** Whom an operation is about, and when: as far as this device knows. */
function subjectOf({ input }: Outcome, known: Known, { t, day, time }: Speech<DoctorKey>): string {
  const appointment = known.get("appointment", textIn(input, "appointment") ?? "");
  const conversation = textIn(input, "conversation") ?? "";
  const talk = known.get("conversation", conversation) ?? known.get("appointment", conversation);
  const id = appointment?.patient ?? textIn(input, "patient") ?? talk?.patient ?? "";
  const name = known.get("patient", id)?.name ?? textIn(input, "name");
  if (name === undefined) return "";
  if (appointment === undefined) return name;
  return t("subject", { name, day: day(appointment.start), time: time(appointment.start) });
}

const WORK: Readonly<Record<string, DoctorKey>> = {
  "appointment.confirm": "workConfirm",
  "appointment.checkIn": "workCheckIn",
  "appointment.undoCheckIn": "workUndoCheckIn",
  "appointment.complete": "workComplete",
  "appointment.markMissed": "workMissed",
  "appointment.reschedule": "workMove",
  "appointment.cancel": "workCancel",
  "appointment.walkIn": "workWalkIn",
  "availability.set": "workHours",
  "availability.except": "workDates",
  "doctor.setRules": "workRules",
  "patient.register": "workRegister",
  "message.send": "workMessage",
  "message.retract": "workRetract",
  "conversation.handOver": "workHandOver",
  "conversation.close": "workClose",
  "conversation.reopen": "workReopen",
};

/** What was asked for, and about whom. */
function workWith(type: string, about: string, { t }: Speech<DoctorKey>): string {
  const work = WORK[type];
  const what = t(work ?? "workOther");
  if (about !== "") return `${what} ${about}`;
  return work === undefined || isAboutHours(type) ? what : `${what} ${t("somebody")}`;
}

function isAboutHours(type: string): boolean {
  return /^(availability|doctor)\./.test(type);
}

const REASONS: Readonly<Record<string, DoctorKey>> = {
  slot_taken: "whyTaken",
  slot_not_offered: "whyNotOffered",
  start_passed: "whyPassed",
  patient_busy: "whyBusy",
  conflict: "whyChanged",
  too_early: "whyEarly",
  forbidden: "whyForbidden",
  not_found: "whyGone",
  zone_unknown: "whyZone",
  conversation_closed: "whyClosed",
  answer_late: "whyLate",
  dependency_failed: "whyNeeded",
};

function reasonOf(code: string): DoctorKey {
  return REASONS[code] ?? "whyOther";
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textIn(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === "string" ? field : undefined;
}

function startIn(value: unknown): string {
  return textIn(value, "start") ?? "";
}

function numberIn(value: unknown, name: string): number | undefined {
  const field = fieldOf(value, name);
  return typeof field === "number" ? field : undefined;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const field = fieldOf(value, name);
  return Array.isArray(field) ? field : [];
}
