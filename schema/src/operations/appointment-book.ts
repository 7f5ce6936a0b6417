import type { PlacedOutput } from "../contracts/appointment.ts";
import { givenBack, sheetIdsForStart, withSlotState } from "../entities/sheet.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { Sheet } from "../shapes/sheet.ts";
import { epochMinutes } from "../time.ts";
import { type Decision, type Decide, rejected, type Share, type State } from "./definition.ts";
import { actsFor, receives, visible } from "./rights.ts";
import { findSlot, type Found } from "./wishes.ts";

/** Books a patient at a doctor's time, or at the first of the wishes that can be had. Who commits first wins. */
export const bookAppointment: Decide<"appointment.book"> = (state, input, { actor, now, id }) => {
  const patient = visible(state, "patient", input.patient, (each) => actsFor(actor, each));
  if (patient === undefined) return rejected("not_found", "input.patient");
  const doctor = state.get("doctor", input.doctor);
  if (doctor === undefined) return rejected("not_found", "input.doctor");
  const found = findSlot({
    doctor: doctor.id,
    start: input.start,
    ifTaken: input.ifTaken ?? [],
    sheet: (sheet) => state.get("sheet", sheet),
    agenda: state.get("agenda", patient.id) ?? [],
    now,
  });
  if (found.slot === undefined) return refused(found);
  const appointment: Appointment = {
    id,
    doctor: doctor.id,
    clinic: doctor.clinic,
    patient: patient.id,
    start: found.slot.start,
    minutes: found.slot.minutes,
    zone: found.sheet.zone,
    status: "booked",
    ...(input.reason === undefined ? {} : { reason: input.reason }),
  };
  const shares: Share[] = [
    {
      kind: "patient",
      id: patient.id,
      account: state.get("doctorAccount", doctor.id),
      clinic: doctor.clinic,
    },
  ];
  return {
    status: "applied",
    output: placed(found),
    shares,
    changes: [
      { kind: "appointment", entity: appointment },
      { kind: "sheet", entity: withSlotState(found.sheet, found.slot.instant, "b") },
    ],
  };
};

/** Moves an appointment to another time of the same doctor, or to the first of the wishes that can be had; else it stays where it is. */
export const rescheduleAppointment: Decide<"appointment.reschedule"> = (state, input, { actor, now }) => {
  const appointment = state.get("appointment", input.appointment);
  const patient = appointment === undefined ? undefined : state.get("patient", appointment.patient);
  if (
    appointment === undefined ||
    patient === undefined ||
    !(actsFor(actor, patient) || receives(actor, appointment))
  )
    return rejected("not_found", "input.appointment");
  if (appointment.status !== "booked")
    return rejected("conflict", "input.appointment", `the appointment is ${appointment.status}`);
  const agenda = (state.get("agenda", patient.id) ?? []).filter((other) => other.id !== appointment.id);
  const old = freedSheet(state, appointment);
  const found = findSlot({
    doctor: appointment.doctor,
    start: input.start,
    ifTaken: input.ifTaken ?? [],
    sheet: (id) => (id === old?.id ? old : state.get("sheet", id)),
    agenda,
    now,
  });
  if (found.slot === undefined) return refused(found);
  const taken = withSlotState(found.sheet, found.slot.instant, "b");
  return {
    status: "applied",
    output: placed(found),
    changes: [
      {
        kind: "appointment",
        entity: { ...appointment, start: found.slot.start, minutes: found.slot.minutes, zone: taken.zone },
      },
      ...(old === undefined || old.id === taken.id ? [] : [{ kind: "sheet" as const, entity: old }]),
      { kind: "sheet", entity: taken },
    ],
  };
};

/** The sheet an appointment stands on, with its slot free again. */
export function freedSheet(state: State, appointment: Appointment): Sheet | undefined {
  const sheet = sheetIdsForStart(appointment.doctor, appointment.start)
    .map((id) => state.get("sheet", id))
    .find((each) => each !== undefined);
  return sheet === undefined ? undefined : givenBack(sheet, epochMinutes(appointment.start));
}

function placed(found: Extract<Found, { slot: object }>): PlacedOutput | undefined {
  return found.wish === 0
    ? undefined
    : { start: found.slot.start, wish: found.wish, missed: [...found.missed] };
}

function refused(found: Extract<Found, { slot: undefined }>): Decision<never> {
  const code = found.missed[0]?.code ?? "slot_taken";
  return {
    status: "rejected",
    problem: {
      code,
      path: "input.start",
      reasons: [...found.missed],
      ...(found.alternatives.length === 0 ? {} : { alternatives: [...found.alternatives] }),
    },
  };
}
