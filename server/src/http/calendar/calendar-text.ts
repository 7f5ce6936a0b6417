import type { AppointmentStatus } from "@healthbridge/schema";
import ical, {
  type ICalCalendar,
  ICalEventClass,
  ICalEventStatus,
  ICalEventTransparency,
} from "ical-generator";

/** An appointment as a calendar shows it: never why the patient comes, nor what ails her. */
export interface CalendarEvent {
  readonly id: string;
  /** ms since 1970 */
  readonly startAt: number;
  readonly minutes: number;
  readonly status: AppointmentStatus;
  /** the start as the doctor's wall shows it: `2026-11-24T09:20+03:00` */
  readonly start: string;
  readonly zone: string;
  readonly summary: string;
  readonly place: string;
  /** of its newest change, ms since 1970 */
  readonly changedAt: number;
  /** a number that every change makes larger */
  readonly changes: number;
}

const MINUTE_MS = 60_000;
/** How often a calendar program should ask, seconds. */
const REFRESH_SECONDS = 3_600;
/** What SEQUENCE counts seconds from: 2020. */
const FIRST_SECOND = Date.UTC(2020, 0, 1) / 1_000;
/** SEQUENCE is a 32-bit number. */
const LARGEST_SEQUENCE = 2 ** 31 - 1;

const STATUS: Readonly<Record<AppointmentStatus, ICalEventStatus>> = {
  pending: ICalEventStatus.TENTATIVE,
  waitlist: ICalEventStatus.TENTATIVE,
  booked: ICalEventStatus.CONFIRMED,
  arrived: ICalEventStatus.CONFIRMED,
  fulfilled: ICalEventStatus.CONFIRMED,
  noshow: ICalEventStatus.CONFIRMED,
  cancelled: ICalEventStatus.CANCELLED,
  expired: ICalEventStatus.CANCELLED,
};

/**
 * Appointments as iCalendar (RFC 5545, with NAME and REFRESH-INTERVAL of RFC 7986). The same appointments are the same bytes, so that an entity tag holds.
 *
 * Times are instants in UTC, without VTIMEZONE: an appointment is one instant that was agreed on and does not recur, so a zone's rules could only move it by
 * mistake; every program shows it by its owner's clock. The doctor's own clock stands in the description. What was cancelled stays, as CANCELLED, and what was moved keeps its UID with
 * a larger SEQUENCE: that is how programs see both.
 */
export function calendarText(name: string, events: readonly CalendarEvent[]): string {
  const calendar = ical({
    name,
    prodId: { company: "HealthBridge", product: "Appointments", language: "EN" },
    ttl: REFRESH_SECONDS,
  });
  for (const event of events) addEvent(calendar, event);
  return `${calendar.toString()}\r\n`;
}

function addEvent(calendar: ICalCalendar, event: CalendarEvent): void {
  const { id, startAt, minutes, status, start, zone, summary, place, changedAt } = event;
  const gone = STATUS[status] === ICalEventStatus.CANCELLED;
  calendar.createEvent({
    id: `${id}@healthbridge`,
    sequence: sequenceOf(event),
    start: new Date(startAt),
    end: new Date(startAt + minutes * MINUTE_MS),
    // Without a METHOD both say when it was changed last (RFC 5545, 3.8.7.2).
    stamp: new Date(changedAt),
    lastModified: new Date(changedAt),
    summary,
    location: place,
    description: `At ${start.slice(11, 16)} by the clock at the doctor's (${zone}, UTC${start.slice(16)}).`,
    status: STATUS[status],
    transparency: gone ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
    class: ICalEventClass.PRIVATE,
  });
}

/**
 * Grows with each change. Seconds alone stand still within one that has two; the numbers of feeds alone could fall when a feed that shows it no longer has forgotten that it
 * did, which is weeks of seconds later.
 */
function sequenceOf({ changedAt, changes }: CalendarEvent): number {
  const sequence = Math.floor(changedAt / 1_000) - FIRST_SECOND + changes;
  return Math.min(Math.max(sequence, 0), LARGEST_SEQUENCE);
}
