import type { SubmittedOperation } from "../../../server/src/operations/submission.ts";
import { ANY, type Command, SINGLE_DAYS, type Time, WEEKS } from "./program.ts";
import type { Actor, Input } from "./reference.ts";
import type { Tenant } from "./tenant.ts";

/** An operation as it is sent. */
export interface Sent extends SubmittedOperation {
  readonly input: Input;
}

/** A patient or an appointment that was asked for, whether or not it came to be, and whose business it is: clinics and accounts. */
export interface Thing {
  readonly id: string;
  readonly concerns: readonly string[];
}

export interface Things {
  readonly patients: Thing[];
  readonly appointments: Thing[];
}

/** Monday 1 March 2027, 08:00 in Nairobi. */
export const BEGINNING = Date.UTC(2027, 2, 1, 5);

/** Makes an operation of a command, and notes in `things` what it asks for. */
// oxlint-disable-next-line typescript/consistent-return -- every command has its case, which tsc and the exhaustiveness rule see to
export function toOperation(
  command: Command,
  actor: Actor,
  id: string,
  things: Things,
  tenant: Tenant,
): Sent {
  switch (command.do) {
    case "register": {
      const clinic = homeFor(command.where, actor, tenant);
      things.patients.push({ id, concerns: [clinic ?? actor.account] });
      return sent("patient.register", { name: "A patient", ...(clinic === undefined ? {} : { clinic }) });
    }
    case "book": {
      const patient = recent(things.patients, actor, command.patient);
      const clinic = of(tenant.clinics, command.doctor);
      things.appointments.push({ id, concerns: [clinic, ...patient.concerns] });
      const { at, ifTaken } = command;
      const doctor = of(tenant.doctors, command.doctor);
      return sent("appointment.book", { doctor, patient: patient.id, start: startAt(at), ifTaken });
    }
    case "reschedule": {
      const appointment = recentAppointment(things, actor, command.appointment);
      return sent("appointment.reschedule", {
        appointment,
        start: startAt(command.at),
        ifTaken: command.ifTaken,
      });
    }
    case "cancel":
    case "checkIn":
    case "complete":
    case "markMissed":
      return sent(`appointment.${command.do}`, {
        appointment: recentAppointment(things, actor, command.appointment),
      });
    case "setHours": {
      const { hours, ...week } = of<(typeof WEEKS)[number]>(WEEKS, command.week);
      const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours }));
      return sent("availability.set", {
        zone: "Africa/Nairobi",
        doctor: of(tenant.doctors, command.doctor),
        ...week,
        weekly,
      });
    }
    case "except": {
      const dates = [
        { date: dateOf(command.day), hours: of<(typeof SINGLE_DAYS)[number]>(SINGLE_DAYS, command.hours) },
      ];
      return sent("availability.except", { doctor: of(tenant.doctors, command.doctor), dates });
    }
  }
}

/** One of a list, which has so many. */
export function of<T>(list: readonly T[], at: number): T {
  const found = list[at];
  if (found === undefined) throw new Error(`nothing at ${at}`);
  return found;
}

function sent(type: string, input: Input): Sent {
  return { type, input, madeAt: 0 };
}

function homeFor(where: "own" | "other" | "nowhere", actor: Actor, tenant: Tenant): string | undefined {
  const [own] = actor.clinics;
  return where === "own"
    ? own
    : where === "other"
      ? tenant.clinics.find((clinic) => clinic !== own)
      : undefined;
}

/** One of those asked for last; an id that nothing has, as long as there is none. */
function recentAppointment({ appointments }: Things, actor: Actor, back: number): string {
  return appointments.length === 0 ? actor.account : recent(appointments, actor, back).id;
}

/** One of those last asked for that are somebody's business, or of all. */
function recent(things: readonly Thing[], actor: Actor, back: number): Thing {
  const hers = things.filter(({ concerns }) =>
    concerns.some((each) => each === actor.account || actor.clinics.includes(each)),
  );
  const among = back === ANY || hers.length === 0 ? things : hers;
  return of(among, among.length - 1 - (back % among.length));
}

function dateOf(day: number): string {
  return new Date(BEGINNING + day * 86_400_000).toISOString().slice(0, 10);
}

function startAt({ day, time }: Time): string {
  return `${dateOf(day)}T${time}+03:00`;
}
