import type { PlacedOutput } from "../contracts/appointment.ts";
import { givenBack, sheetIdsForStart, withSlotState } from "../entities/sheet.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { Patient } from "../shapes/patient.ts";
import type { Sheet } from "../shapes/sheet.ts";
import { epochMinutes } from "../time.ts";
import { type Actor, type Decision, type Decide, rejected, type Share, type State } from "./definition.ts";
import { actsFor, receives, visible } from "./rights.ts";
import { findSlot, type Found } from "./wishes.ts";

/** The field that names an appointment. */
export const PATH = "input.appointment";

/** Books a patient at a doctor's time, or at the first of the wishes that can be had. Who commits first wins. */
export const bookAppointment: Decide<"appointment.book"> = (state, input, { actor, now, id }) => {
  const { start, ifTaken = [], reason } = input;
  const patient = visible(state, "patient", input.patient, (each) => actsFor(actor, each));
  if (!patient) return rejected("not_found", "input.patient");
  const doctor = state.get("doctor", input.doctor);
  if (!doctor) return rejected("not_found", "input.doctor");
  const { clinic } = doctor;
  const sheet = (sheetId: string): Sheet | undefined => state.get("sheet", sheetId);
  const agenda = state.get("agenda", patient.id) ?? [];
  const found = findSlot({ doctor: doctor.id, start, ifTaken, sheet, agenda, now });
  if (!found.slot) return refused(found);
  const booked = { id, doctor: doctor.id, clinic, patient: patient.id, status: "booked", reason } as const;
  const account = state.get("doctorAccount", doctor.id);
  return placed(found, booked, [], [{ kind: "patient", id: patient.id, account, clinic }]);
};

/** Moves an appointment to another time of the same doctor, or to the first of the wishes that can be had; else it stays where it is. */
export const rescheduleAppointment: Decide<"appointment.reschedule"> = (
  state,
  { appointment: id, start, ifTaken = [] },
  { actor, now },
) => {
  const { appointment, patient } = appointmentOf(state, id, actor);
  if (!appointment) return rejected("not_found", PATH);
  if (appointment.status !== "booked")
    return rejected("conflict", PATH, `the appointment is ${appointment.status}`);
  const agenda = (state.get("agenda", patient.id) ?? []).filter((other) => other.id !== id);
  const old = freedSheet(state, appointment);
  const sheet = (sheetId: string): Sheet | undefined =>
    sheetId === old?.id ? old : state.get("sheet", sheetId);
  const found = findSlot({ doctor: appointment.doctor, start, ifTaken, sheet, agenda, now });
  if (!found.slot) return refused(found);
  return placed(found, appointment, old && old.id !== found.sheet.id ? [old] : []);
};

/** An appointment and its patient, for those who act for her or receive her; for others there is none. */
export function appointmentOf(
  state: State,
  id: EntityId,
  actor: Actor | undefined,
):
  | { readonly appointment: Appointment; readonly patient: Patient }
  | { readonly appointment?: undefined; readonly patient?: undefined } {
  const appointment = state.get("appointment", id);
  const patient = appointment && state.get("patient", appointment.patient);
  return patient && (actsFor(actor, patient) || receives(actor, appointment)) ? { appointment, patient } : {};
}

/** The sheet an appointment stands on, with its slot free again. */
export function freedSheet(state: State, appointment: Appointment): Sheet | undefined {
  const { doctor, start } = appointment;
  const sheet = sheetIdsForStart(doctor, start)
    .map((id) => state.get("sheet", id))
    .find((each) => each);
  return sheet && givenBack(sheet, epochMinutes(start));
}

/** An appointment at the slot that was found; sheets that lose one are written before the one that has it. */
function placed(
  { slot, sheet, wish, missed }: Extract<Found, { slot: object }>,
  appointment: Omit<Appointment, "start" | "minutes" | "zone">,
  freed: readonly Sheet[],
  shares: readonly Share[] = [],
): Decision<PlacedOutput> {
  const { start, minutes, instant } = slot;
  const sheets = [...freed, withSlotState(sheet, instant, "b")];
  return {
    status: "applied",
    output: wish === 0 ? undefined : { start, wish, missed: [...missed] },
    shares,
    changes: [
      { kind: "appointment", entity: { ...appointment, start, minutes, zone: sheet.zone } },
      ...sheets.map((entity) => ({ kind: "sheet" as const, entity })),
    ],
  };
}

function refused({ missed, alternatives }: Extract<Found, { slot: undefined }>): Decision<never> {
  const reasons = [...missed];
  return {
    status: "rejected",
    problem: {
      code: reasons[0]?.code ?? "slot_taken",
      path: "input.start",
      reasons,
      ...(alternatives.length > 0 && { alternatives: [...alternatives] }),
    },
  };
}
