import { sheetId, slotsOf } from "../entities/sheet.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { Reason } from "../shapes/problem.ts";
import type { Wish } from "../shapes/wish.ts";
import { addDays, epochMinutes, MINUTE_MS } from "../time.ts";
import { minutesOf } from "./bookable.ts";
import type { Request } from "./wishes.ts";

/** What an appointment has from a place on a doctor's waiting list. */
export type WaitingPlace = Pick<Appointment, "doctor" | "clinic" | "start" | "minutes" | "zone" | "until"> & {
  readonly status: "waitlist";
  readonly wants: Appointment["wants"] & object;
};

/**
 * A place on the doctor's waiting list, or why there is none to have. All days that are waited for are looked at, and so locked: whoever frees a time on one
 * of them comes before or after.
 */
export function placeToWait(wish: Wish, request: Request): WaitingPlace | Reason["code"] {
  const { doctor, patient, start, visit, usefulUntil = Infinity, now, state } = request;
  const { days = 0, partOfDay } = wish;
  const from = start.slice(0, 10);
  const to = addDays(from, days);
  const midnight = epochMinutes(`${addDays(to, 1)}T00:00${start.slice(16)}`) * MINUTE_MS;
  const until = Math.min(usefulUntil, midnight);
  if (until <= now) return usefulUntil <= now ? "deadline_passed" : "start_passed";
  // A time that comes free goes by the doctor's rules for others, whoever put the patient here.
  const notice = (doctor.rules?.noticeMinutes ?? 0) * MINUTE_MS;
  if (Math.min(usefulUntil, midnight - MINUTE_MS) < now + notice) return "notice_short";
  const sheets = Array.from({ length: days + 1 }, (_, day) =>
    request.sheet(sheetId(doctor.id, addDays(from, day))),
  ).flatMap((sheet) => (sheet && sheet.runs.length > 0 ? [sheet] : []));
  const [sheet] = sheets;
  const [slot] = sheet ? slotsOf(sheet) : [];
  if (!sheet || !slot) return "slot_not_offered";
  const minutes = minutesOf(doctor, visit, slot);
  if (minutes === undefined) return "visit_unknown";
  const others = sheets.flatMap(({ id }) => state.get("waiting", id) ?? []);
  if (others.some((each) => each.patient === patient)) return "already_waiting";
  return {
    doctor: doctor.id,
    clinic: doctor.clinic,
    start,
    minutes,
    zone: sheet.zone,
    status: "waitlist",
    until,
    wants: { from, to, since: now, until, ...(partOfDay && { partOfDay }) },
  };
}
