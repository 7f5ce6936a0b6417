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

/** Whether somebody looks after what is a clinic's: its people, an administrator. */
export function serves(actor: Actor | undefined, clinic: string | undefined): boolean {
  return administers(actor) || worksFor(actor, clinic);
}

/** Whether somebody may act for a patient: herself or her family, her clinic's people, an administrator. */
export function actsFor(actor: Actor | undefined, { account, clinic }: Patient): boolean {
  return serves(actor, clinic) || (account !== undefined && account === actor?.account);
}

/** Whether somebody receives the patient at an appointment: the doctor, the clinic it is at, an administrator. */
export function receives(actor: Actor | undefined, { doctor, clinic }: Appointment): boolean {
  return serves(actor, clinic) || doctor === actor?.doctor;
}

/** Whether somebody keeps a doctor's hours: the doctor, her clinic's people, an administrator. */
export function keepsHours(actor: Actor | undefined, { id, clinic }: Entities["doctor"]): boolean {
  return serves(actor, clinic) || id === actor?.doctor;
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
