import type { Appointment } from "../shapes/appointment.ts";
import type { Patient } from "../shapes/patient.ts";
import type { Entities, Kind, Actor, State } from "./definition.ts";

/** Who may do what. One place, used by every decision, on both sides. */

/** Administrators and the server itself. */
export function administers(actor: Actor | undefined): boolean {
  return actor?.role === "administrator" || actor?.role === "system";
}

/** Whether somebody works for a clinic. */
export function worksFor(actor: Actor | undefined, clinic: string | undefined): boolean {
  return clinic !== undefined && actor !== undefined && actor.clinics.includes(clinic);
}

/** Whether somebody may act for a patient: herself or her family, her clinic's people, an administrator. */
export function actsFor(actor: Actor | undefined, patient: Patient): boolean {
  if (actor === undefined) return false;
  return administers(actor) || patient.account === actor.account || worksFor(actor, patient.clinic);
}

/** Whether somebody receives the patient at an appointment: the doctor, the clinic it is at, an administrator. */
export function receives(actor: Actor | undefined, appointment: Appointment): boolean {
  if (actor === undefined) return false;
  return administers(actor) || actor.doctor === appointment.doctor || worksFor(actor, appointment.clinic);
}

/** Whether somebody keeps a doctor's hours: the doctor, her clinic's people, an administrator. */
export function keepsHours(actor: Actor | undefined, doctor: Entities["doctor"]): boolean {
  if (actor === undefined) return false;
  return administers(actor) || actor.doctor === doctor.id || worksFor(actor, doctor.clinic);
}

/** The entity, if it exists and the test allows; else `undefined`, so that absent and forbidden look the same (ASVS 8.2.2). */
export function visible<K extends Kind>(
  state: State,
  kind: K,
  id: string,
  allowed: (entity: Entities[K]) => boolean,
): Entities[K] | undefined {
  const entity: Entities[K] | undefined = state.get(kind, id);
  return entity !== undefined && allowed(entity) ? entity : undefined;
}
