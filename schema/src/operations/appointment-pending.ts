import { isOver } from "../entities/appointment.ts";
import { slotsWithin, withAgreed } from "../entities/sheet.ts";
import type { Appointment } from "../shapes/appointment.ts";
import { epochMinutes, MINUTE_MS } from "../time.ts";
import { placeAt } from "./appointment-book.ts";
import { appointmentOf, askedFor, done, PATH, refused } from "./asked.ts";
import { applied, type Decide, rejected } from "./definition.ts";
import { Draft } from "./draft.ts";
import { actsFor, receives } from "./rights.ts";
import { handOn, settled, sheetOf } from "./appointment-time.ts";
import { backToWaiting } from "./waiting-list.ts";
import { findTime } from "./wishes.ts";

/** What waits for a word until an instant: holds, bookings the clinic confirms, offers from the waiting list. */

/** Minutes a time is held where nobody says how long. */
const HOLD_MINUTES = 10;
/** Times one account can hold at once. */
export const HOLDS_PER_ACCOUNT = 3;

/** Keeps a time for a patient until an instant, while somebody chooses. It is over then, whether or not any job has run. */
export const holdTime: Decide<"appointment.hold"> = (state, input, context) => {
  const asked = askedFor(state, input, context);
  if ("problem" in asked) return asked;
  // Who holds a time books it by her own word.
  const { doctor, keeper } = asked.request;
  if (doctor.rules?.confirmMinutes !== undefined && !keeper(doctor))
    return rejected("forbidden", "input.doctor");
  const { actor, now, id } = context;
  // The account's row is locked with it: two devices of one account cannot both hold the last one.
  const account = actor && state.get("account", actor.account);
  const held = account ? (state.get("holds", account.id) ?? []) : [];
  if (held.filter((each) => each.status === "pending" && !isOver(each, now)).length >= HOLDS_PER_ACCOUNT)
    return rejected("hold_limit");
  const found = findTime(asked.request);
  if (found.kind !== "time") return refused(found);
  const { minutes = HOLD_MINUTES, visit, patient } = input;
  const until = Math.min(now + minutes * MINUTE_MS, found.time.slots[0].instant * MINUTE_MS);
  return done(asked.draft, {
    id,
    patient,
    ...placeAt(asked.draft, found.time, until),
    ...(visit !== undefined && { visit }),
    status: "pending",
    awaits: "patient",
    until,
    ...(account && { heldBy: account.id }),
  });
};

/** Confirms what is pending: the clinic a booking, the patient's side what is held for her or offered to her. */
export const confirmAppointment: Decide<"appointment.confirm"> = (
  state,
  { appointment: id },
  { actor, now },
) => {
  const { appointment } = appointmentOf(state, id, actor);
  if (!appointment) return rejected("not_found", PATH);
  if (appointment.awaits === "clinic" && !receives(actor, appointment)) return rejected("forbidden", PATH);
  const late = notPending(appointment, now);
  if (late) return late;
  const draft = new Draft(state);
  const sheet = sheetOf(draft, appointment);
  const { until, start, minutes } = appointment;
  if (sheet && until !== undefined) {
    const slots = slotsWithin(sheet, epochMinutes(start), minutes);
    draft.put({ kind: "sheet", entity: withAgreed(sheet, slots, until) });
  }
  draft.put({ kind: "appointment", entity: { ...settled(appointment), status: "booked" } });
  return applied(...draft.changes);
};

/** Declines a time that was offered from the waiting list: the next one is asked, and the patient goes on waiting behind those who are as urgent. */
export const declineOffer: Decide<"appointment.decline"> = (state, { appointment: id }, context) => {
  const { appointment, patient } = appointmentOf(state, id, context.actor);
  if (!appointment || !(actsFor(context.actor, patient) || receives(context.actor, appointment)))
    return rejected("not_found", PATH);
  const late = notPending(appointment, context.now);
  if (late) return late;
  if (!appointment.wants) return rejected("conflict", PATH, "nothing was offered: cancel it instead");
  const draft = new Draft(state);
  draft.put({ kind: "appointment", entity: backToWaiting(appointment, context.now) });
  handOn(draft, appointment, context);
  return applied(...draft.changes);
};

function notPending(appointment: Appointment, now: number) {
  if (appointment.status !== "pending")
    return rejected("conflict", PATH, `the appointment is ${appointment.status}`);
  return isOver(appointment, now) ? rejected("answer_late", PATH) : undefined;
}
