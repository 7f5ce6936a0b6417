import type { Waiting } from "@healthbridge/client-sdk";
import type { Doctor, EntityId } from "@healthbridge/schema/client";
import { isOut, type Visit } from "./day-grid.ts";
import { clockOf } from "./wall.ts";

/** The board of a waiting room: who is called and who is next, by numbers and times, without names. */

export interface Ticket {
  readonly appointment: EntityId;
  readonly patient: EntityId;
  /** her number, or the time that was agreed on */
  readonly label: string;
  readonly urgent: boolean;
}

export interface BoardRow {
  readonly doctor: Doctor;
  readonly called: Ticket | undefined;
  /** in the order in which they are called */
  readonly next: readonly Ticket[];
  /** who were called before somebody else was, and of whom nobody has said that they were seen */
  readonly before: readonly Ticket[];
}

/** Who was called: by doctor the appointments, the last one last. It stays on this device. */
export type Called = Readonly<Record<EntityId, readonly EntityId[]>>;

/** More are not called in a day. */
const MOST_CALLED = 100;

/**
 * A row for each doctor who has somebody waiting or called on a date, else for each who sees people at all.
 * Urgent ones first, then by the hour: the one agreed on, or the one at which the number was given.
 */
export function boardOf(
  doctors: readonly Doctor[],
  visits: readonly Visit[],
  date: string,
  called: Called,
): readonly BoardRow[] {
  return doctors.map((doctor) => {
    const here = visits.filter(
      (visit) =>
        visit.doctor === doctor.id &&
        visit.status === "arrived" &&
        visit.start.startsWith(date) &&
        !isOut(visit),
    );
    const calls = called[doctor.id] ?? [];
    const inside = here.find(({ id }) => id === calls.at(-1));
    const ticketsOf = (those: (visit: Visit) => boolean): readonly Ticket[] =>
      here.filter(those).toSorted(inTurn).map(ticketOf);
    return {
      doctor,
      called: inside && ticketOf(inside),
      next: ticketsOf(({ id }) => !calls.includes(id)),
      before: ticketsOf((visit) => visit !== inside && calls.includes(visit.id)),
    };
  });
}

function inTurn(left: Visit, right: Visit): number {
  return (
    URGENCY[left.urgency ?? "routine"] - URGENCY[right.urgency ?? "routine"] ||
    Date.parse(left.start) - Date.parse(right.start) ||
    (left.queue ?? 0) - (right.queue ?? 0) ||
    (left.id < right.id ? -1 : 1)
  );
}

const URGENCY = { urgent: 0, soon: 1, routine: 2 };

function ticketOf(visit: Visit): Ticket {
  const { id, patient, queue, start, urgency } = visit;
  return {
    appointment: id,
    patient,
    label: queue === undefined ? clockOf(start) : String(queue),
    urgent: urgency === "urgent",
  };
}

/** With the next of a doctor's row called, or this one. */
export function withCalled(called: Called, doctor: EntityId, appointment: EntityId): Called {
  const before = (called[doctor] ?? []).filter((each) => each !== appointment);
  return { ...called, [doctor]: [...before, appointment].slice(-MOST_CALLED) };
}

/** Who asked for a number while there was no network: only the server gives numbers, so she waits without one. */
export interface Numberless {
  readonly operation: EntityId;
  readonly patient: EntityId;
  readonly doctor: EntityId;
}

/** Numbers that were asked for and not given yet, in the order in which they were. */
export function numberless(waiting: readonly Waiting[]): readonly Numberless[] {
  return waiting.flatMap(({ id, type, input: { patient, doctor } }) =>
    type === "appointment.walkIn" && typeof patient === "string" && typeof doctor === "string"
      ? [{ operation: id, patient, doctor }]
      : [],
  );
}
