import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { Mail } from "../../adapters/mail-transport.ts";
import type { Letter } from "./carrier.ts";

/** SEQUENCE counts seconds from here on: it rises with each decision, and fits 31 bits until 2088. */
const FIRST_SEQUENCE_MS = Date.UTC(2020, 0, 1);
const MINUTE_MS = 60_000;

/**
 * The appointment for her calendar (RFC 5545): the same UID for all its life, a higher SEQUENCE with each decision, so that whatever arrives last out of order loses. Only what
 * was decided has one: a reminder decides nothing. `organizer` is the address mails come from.
 */
export function calendarOf(letter: Letter, organizer: string): Mail["calendar"] {
  const { kind, appointment, start, minutes, occasion, title, to } = letter;
  if (kind !== "confirmation" && kind !== "change" && kind !== "cancellation") return undefined;
  const cancelled = kind === "cancellation";
  const method = cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST;
  const calendar = ical({ method, prodId: { company: "HealthBridge", product: "notices" } });
  calendar.createEvent({
    id: `${appointment}@healthbridge`,
    sequence: Math.floor((occasion - FIRST_SEQUENCE_MS) / 1000),
    stamp: new Date(occasion),
    start: new Date(start),
    end: new Date(start + minutes * MINUTE_MS),
    summary: title,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer: { name: organizer, email: organizer },
    ...(to.email === undefined ? {} : { attendees: [{ email: to.email }] }),
  });
  return { method: cancelled ? "CANCEL" : "REQUEST", content: calendar.toString() };
}
