/** A number as people write it: `12,379`. */
export function count(value: number): string {
  return value.toLocaleString("en-GB");
}

/** A number with its noun: `1 request`, `2 requests`. */
export function several(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** A start as a person reads it: `Mon 23 Nov 2026 at 09:20`, by the doctor's own wall clock. */
export function spokenStart(start: string): string {
  const day = spokenDay(start);
  return day === start ? start : `${day} at ${start.slice(11, 16)}${start.endsWith("Z") ? " UTC" : ""}`;
}

/** The day of a start, or a date, as a person reads it: `Mon 23 Nov 2026`. What is none is left as it is. */
export function spokenDay(start: string): string {
  const date = new Date(`${start.slice(0, 10)}T00:00Z`);
  if (Number.isNaN(date.getTime())) return start;
  const day = date.toLocaleDateString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  return day.replace(",", "");
}

/** An instant (ms) as the wall of a place shows it. Swedes write dates as ISO 8601 does. */
export function spokenInstant(instant: number, zone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return spokenStart(format.format(instant).replace(" ", "T"));
}

const REASONS: Readonly<Record<string, string>> = {
  slot_taken: "the time was taken by somebody else",
  slot_not_offered: "the doctor sees nobody at that time",
  start_passed: "the time had already passed when the request arrived",
  patient_busy: "the patient has another appointment at that time",
  visit_unknown: "the doctor has no such kind of visit",
  notice_short: "the doctor wants to know earlier",
  beyond_horizon: "the doctor is not booked that far ahead",
  day_full: "the doctor sees no more patients that day",
  patient_limit: "the patient has as many appointments with this doctor as she can have",
  deadline_passed: "any time left would have been too late to be of use",
  none_nearby: "no such doctor nearby has time",
  already_waiting: "the patient is on this doctor's waiting list already",
  lease_limit: "no more of the doctor's times on these days can be kept for the clinic's computers",
  hold_limit: "this account keeps as many times as it can; confirm or decline one of them first",
  answer_late: "the answer came after the time had been given back",
  not_found: "the doctor or the patient is not known at the server, or this clinic may not see them",
  forbidden: "this account may not do that",
  conversation_closed: "the doctor has closed the conversation",
  dependency_failed: "something it depends on was refused",
  conflict: "it is in another state by now",
  malformed: "something in it is not written as it should be",
  unknown_field: "it has a field the server does not know",
  unsupported: "the server is too old for this request",
  parked: "it broke something on the server and was set aside; tell whoever runs the server",
};

/** Why something was refused, in words that need no manual. */
export function reasonInWords(code: string, path?: string): string {
  if (code === "not_found" && path === "input.patient") return "the patient is not known at the server";
  if (code === "not_found" && path === "input.doctor") return "the doctor is not known at the server";
  if (code === "not_found" && path === "input.clinic") return "this account does not work for that clinic";
  if (code === "deadline_passed" && path === "input.until")
    return "the moment until which they were asked for was over when the request arrived";
  if (code === "beyond_horizon" && path === "input.until") return "nobody can keep times so long";
  if (code === "not_found" && path === "input.appointment")
    return "the appointment is not known at the server, or this clinic may not see it";
  if (code === "not_found" && path === "input.conversation")
    return "the appointment is not known at the server, or this clinic has no part in it";
  return REASONS[code] ?? code.replaceAll("_", " ");
}

const FIELDS: Readonly<Record<string, string>> = {
  name: "the name must have 1 to 120 letters",
  born: "the date of birth must be written as year-month-day, as 1988-03-04",
  sex: "the sex must be female, male, other or unknown",
  phone: "the phone must be written with its country, as +254712345678",
  language: "the language must be a short code, as sw or en",
  village: "the village must have 1 to 80 letters",
  cardNumber: "the card number must have 1 to 40 characters",
  clinic: "the clinic must be an id as the server gives it",
  doctor: "the doctor's id is not written as the server writes ids",
  patient: "the patient's id is not written as the server writes ids",
  start: "the start must be a time that exists, written as 2026-11-23T09:20+03:00",
  ifTaken: "if_taken asks for too many wishes, for more than 28 days or for more than 200 km",
  visit: "the kind of visit must be small letters and dashes, as follow-up",
  usefulUntil: "useful_until must be a time that exists, written as 2026-11-25T12:00+03:00",
  dates: "the days must be 1 to 14",
  until: "the moment must be a time that exists, written as 2026-11-23T18:00",
  most: "the most of a day must be 1 to 300",
  minutes: "the minutes to keep a time must be 1 to 60",
  text: "the text must have 1 to 2,000 characters",
  conversation: "the conversation must be an id as the server gives it",
  reason: "the reason must be one line of at most 200 characters",
};

/** What is wrong with a field, by the path the SDK names. */
export function fieldInWords(path: string | undefined): string {
  const field = path?.split(".")[1] ?? "";
  return FIELDS[field] ?? "something in this row is not written as it should be";
}
