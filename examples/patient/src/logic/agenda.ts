import type { Held, Waiting } from "@healthbridge/client-sdk";
import { type EntityId, isFinished, type Start } from "@healthbridge/schema/client";
import { type Certainty, certaintyOf, type Moment, ofBooking, unseenBookings } from "./certainty.ts";

/** A line of the list of appointments. */
export interface AgendaLine {
  readonly id: EntityId;
  readonly doctor: EntityId;
  readonly patient: EntityId;
  readonly start: Start;
  readonly certainty: Certainty;
  /** none where the phone foresees none: the booking waits */
  readonly appointment?: Held<"appointment"> | undefined;
}

/** What is ahead and what was, each in the order in which it matters. */
export interface Agenda {
  /** answers that are wanted of her: times that were offered */
  readonly asked: readonly AgendaLine[];
  readonly ahead: readonly AgendaLine[];
  /** the newest first */
  readonly past: readonly AgendaLine[];
}

/** An appointment that began is ahead still for so long: somebody may be on her way, or sit there. */
const GOES_ON_MS = 2 * 3_600_000;

/** Sorts what a family has before it and behind it. */
export function agendaOf(
  appointments: ReadonlyArray<Held<"appointment">>,
  waiting: readonly Waiting[],
  moment: Moment,
): Agenda {
  const { now } = moment;
  const held = new Set(appointments.map(({ id }) => id));
  const lines: AgendaLine[] = [
    ...appointments.map((appointment) => ({
      ...appointment,
      certainty: certaintyOf(appointment, waiting, moment),
      appointment,
    })),
    ...unseenBookings(waiting, held).flatMap(lineOfBooking),
  ].map(({ id, doctor, patient, start, certainty, appointment }) => ({
    id,
    doctor,
    patient,
    // To a move that waits and is cancelled nobody goes any more: she is awaited at the time from before it.
    start: certainty.key === "cancelWaits" ? (certainty.stands ?? start) : start,
    certainty,
    appointment,
  }));
  const isPast = ({ appointment, certainty, start }: AgendaLine): boolean =>
    certainty.key === "over" ||
    (appointment !== undefined && isFinished(appointment) && appointment.waiting !== true) ||
    (certainty.tone !== "waiting" && Date.parse(start) + GOES_ON_MS < now);
  const byStart = lines.toSorted((left, right) => Date.parse(left.start) - Date.parse(right.start));
  const open = byStart.filter((line) => !isPast(line));
  return {
    asked: open.filter(isAsked),
    ahead: open.filter((line) => !isAsked(line)),
    past: byStart.filter(isPast).toReversed(),
  };
}

function isAsked({ certainty }: AgendaLine): boolean {
  return certainty.key === "offered" || certainty.key === "held";
}

function lineOfBooking(booking: Waiting): readonly (AgendaLine & { appointment?: undefined })[] {
  const { doctor, patient, start } = booking.input;
  if (typeof doctor !== "string" || typeof patient !== "string" || typeof start !== "string") return [];
  return [{ id: booking.id, doctor, patient, start, certainty: ofBooking(booking) }];
}
