import type { PlacedOutput } from "../contracts/appointment.ts";
import { holdsSlot } from "../entities/appointment.ts";
import { withTaken } from "../entities/sheet.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { EntityId } from "../shapes/ids.ts";
import { MINUTE_MS } from "../time.ts";
import { appointmentOf, askedFor, done, PATH, refused, requestOf } from "./asked.ts";
import type { Time } from "./bookable.ts";
import { withDoctor } from "./conversation.ts";
import { type Context, type Decide, rejected } from "./definition.ts";
import { Draft } from "./draft.ts";
import { confirmedTime } from "./lease-use.ts";
import { mayOverbook, overbooked } from "./overbook.ts";
import { keepsHours } from "./rights.ts";
import { giveBack, sheetOf } from "./appointment-time.ts";
import { findTime, type Placed, type Request } from "./wishes.ts";

/** Books a patient at a doctor's time, or at the first of the wishes that can be had. Who commits first wins. */
export const bookAppointment: Decide<"appointment.book"> = (state, input, context) => {
  const asked = askedFor(state, input, context);
  if ("problem" in asked) return asked;
  const { request, patient, draft } = asked;
  const { overbook, reason, urgency, visit } = input;
  if (overbook !== undefined && !mayOverbook(context.actor, request.doctor))
    return rejected("forbidden", "input.overbook");
  const made = {
    id: context.id,
    patient: patient.id,
    reason,
    ...(urgency && { urgency }),
    ...(visit !== undefined && { visit }),
  };
  const confirmed = input.leased && confirmedTime(request, input.leased, context.actor);
  if (confirmed) {
    const { time, patientBusy } = confirmed;
    const appointment = { ...made, ...placeAt(draft, time), status: "booked" as const };
    return patientBusy
      ? done(draft, { ...appointment, patientBusy }, besideHerOwn(time))
      : done(draft, appointment);
  }
  const found = findTime(request);
  if (found.kind === "waits") return done(draft, { ...made, ...found.place }, outputOf(found, request));
  if (found.kind === "none") {
    const beside = overbook && overbooked(request, overbook);
    if (typeof beside === "object") return done(draft, { ...made, ...beside });
    return refused(found, beside);
  }
  const until = toConfirmUntil(found.time, context);
  const appointment = { ...made, ...placeAt(draft, found.time, until), ...agreed(until) };
  return done(draft, appointment, outputOf(found, request, until));
};

/** Moves an appointment to another time, or to the first of the wishes that can be had; else it stays where it is. */
export const rescheduleAppointment: Decide<"appointment.reschedule"> = (
  state,
  { appointment: id, ...input },
  context,
) => {
  const { appointment, patient } = appointmentOf(state, id, context.actor);
  if (!appointment) return rejected("not_found", PATH);
  if (appointment.status !== "booked")
    return rejected("conflict", PATH, `the appointment is ${appointment.status}`);
  const waits = input.ifTaken?.findIndex(({ wish }) => wish === "waitingList") ?? -1;
  if (waits >= 0) return rejected("malformed", `input.ifTaken.${waits}.wish`, "a move has no waiting list");
  const doctor = state.get("doctor", appointment.doctor);
  if (!doctor) return rejected("not_found", PATH);
  const draft = new Draft(state);
  // Neither her own time nor the number of that day's appointments is in the way of itself.
  draft.put({ kind: "appointment", entity: { ...appointment, status: "cancelled" } });
  const agenda = draft.get("agenda", patient.id) ?? [];
  const { visit } = appointment;
  const freed = holdsSlot(appointment) ? giveBack(draft, appointment) : [];
  const request = requestOf(draft, { ...input, agenda, doctor, patient, visit }, context);
  const found = findTime(request);
  if (found.kind !== "time") return refused(found);
  const { places: _places, overbooked: _beside, patientBusy: _busy, ...kept } = appointment;
  const moved = { ...kept, ...placeAt(draft, found.time) };
  draft.put({ kind: "appointment", entity: moved });
  if (moved.doctor !== appointment.doctor) followDoctor(draft, appointment, moved.doctor);
  const old = sheetOf(draft, appointment);
  if (old) context.waitingList?.handOn(draft, old.id, freed, context.now);
  return done(draft, moved, outputOf(found, request));
};

/** The conversation goes to the doctor whom the appointment came to, unless it was handed over before. */
function followDoctor(draft: Draft, { id, doctor: former }: Appointment, doctor: EntityId): void {
  const conversation = draft.get("conversation", id);
  if (conversation?.doctor === former)
    draft.put({ kind: "conversation", entity: withDoctor(conversation, doctor) });
}

/** Takes a time on its sheet, for good or until an instant (ms), and says what an appointment there has from it. */
export function placeAt(
  draft: Draft,
  { doctor, sheet, slots, minutes }: Time,
  until?: number,
): Pick<Appointment, "doctor" | "clinic" | "start" | "minutes" | "zone" | "places"> {
  draft.put({ kind: "sheet", entity: withTaken(sheet, slots, until) });
  const [{ start, group }] = slots;
  const { id, clinic } = doctor;
  return { doctor: id, clinic, start, minutes, zone: sheet.zone, ...(group && { places: group.places }) };
}

/** Until when the clinic can confirm a booking (ms), where the doctor's rules want it confirmed. */
function toConfirmUntil({ doctor, slots }: Time, { actor, now }: Context): number | undefined {
  const minutes = keepsHours(actor, doctor) ? undefined : doctor.rules?.confirmMinutes;
  return minutes === undefined
    ? undefined
    : Math.min(now + minutes * MINUTE_MS, slots[0].instant * MINUTE_MS);
}

function agreed(until: number | undefined): Pick<Appointment, "status" | "until" | "awaits"> {
  return until === undefined ? { status: "booked" } : { status: "pending", until, awaits: "clinic" };
}

/** A confirmation stands; that the patient has agreed to something else at that time is said all the same. */
function besideHerOwn({ slots: [{ start }] }: Time): PlacedOutput {
  return { start, wish: 0, missed: [{ wish: 0, code: "patient_busy" }] };
}

/** Says what differs from what was asked, if anything does. */
function outputOf(found: Placed, { doctor, start }: Request, until?: number): PlacedOutput | undefined {
  const { wish } = found;
  const missed = [...found.missed];
  if (found.kind === "waits") return { start, wish, missed, status: "waitlist" };
  const { time } = found;
  if (wish === 0 && until === undefined) return undefined;
  return {
    start: time.slots[0].start,
    wish,
    missed,
    ...(time.doctor.id !== doctor.id && { doctor: time.doctor.id }),
    ...(until !== undefined && { status: "pending" as const }),
  };
}
