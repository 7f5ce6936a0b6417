import { splitSheetId } from "../entities/sheet.ts";
import type { Change, State } from "../operations/definition.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { Conversation } from "../shapes/conversation.ts";
import type { Patient } from "../shapes/patient.ts";

/** The name a feed has on a server. On the wire an account's own is `me`. */
export type StoredFeedName = string;

/** Who may see an entity, as the feeds it stands in. One place decides it. */
// oxlint-disable-next-line typescript/consistent-return -- every kind has its case, which tsc and the exhaustiveness rule see to
export function audience({ kind, entity }: Change, state: State): readonly StoredFeedName[] {
  switch (kind) {
    case "account":
      return [accountFeed(entity.id)];
    case "device":
    case "calendarLink":
      return [];
    case "clinic":
      return ["directory"];
    case "doctor":
      // Whoever works with her or follows her calendar can foresee a booking without the whole directory.
      return ["directory", clinicFeed(entity.clinic), `calendar:${entity.id}`];
    case "patient":
      return patientAudience(entity);
    case "availability":
      return keepersOfHours(entity.id, state);
    case "sheet":
      return [`calendar:${splitSheetId(entity.id).doctor}`];
    case "appointment":
      return appointmentAudience(entity, state);
    case "conversation":
      return entity.removed === true ? [] : conversationAudience(entity, state);
    case "message": {
      const conversation = state.get("conversation", entity.conversation);
      return conversation === undefined ? [] : conversationAudience(conversation, state);
    }
  }
}

/** The personal feed of an account. */
export function accountFeed(account: string): StoredFeedName {
  return `account:${account}`;
}

/** The feed a clinic's staff share. */
export function clinicFeed(clinic: string): StoredFeedName {
  return `clinic:${clinic}`;
}

/** A patient's own audience: who acts for her, and the clinic that keeps her card. */
export function patientAudience(patient: Patient): readonly StoredFeedName[] {
  return [
    ...(patient.account === undefined ? [] : [accountFeed(patient.account)]),
    ...(patient.clinic === undefined ? [] : [clinicFeed(patient.clinic)]),
  ];
}

/** The patient's side, the doctor, and the clinic she is expected at. */
function appointmentAudience(appointment: Appointment, state: State): readonly StoredFeedName[] {
  if (appointment.archived === true) return [];
  const patient = state.get("patient", appointment.patient);
  const account = state.get("doctorAccount", appointment.doctor);
  return [
    ...(patient === undefined ? [] : patientAudience(patient)),
    clinicFeed(appointment.clinic),
    ...(account === undefined ? [] : [accountFeed(account)]),
  ];
}

/** The patient's side and the doctor who answers; not the people of the doctor's clinic. */
export function conversationAudience(
  { patient: id, doctor }: Pick<Conversation, "patient" | "doctor">,
  state: State,
): readonly StoredFeedName[] {
  const patient = state.get("patient", id);
  const account = state.get("doctorAccount", doctor);
  return [
    ...new Set([
      ...(patient === undefined ? [] : patientAudience(patient)),
      ...(account === undefined ? [] : [accountFeed(account)]),
    ]),
  ];
}

/** The doctor's own account and her clinic: those who keep her hours. */
function keepersOfHours(doctorId: string, state: State): readonly StoredFeedName[] {
  const doctor = state.get("doctor", doctorId);
  const account = state.get("doctorAccount", doctorId);
  return [
    ...(doctor === undefined ? [] : [clinicFeed(doctor.clinic)]),
    ...(account === undefined ? [] : [accountFeed(account)]),
  ];
}
