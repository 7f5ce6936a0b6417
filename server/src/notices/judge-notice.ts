import { type Appointment, type AppointmentStatus, epochMinutes, MINUTE_MS } from "@healthbridge/schema";
import type { PatientNotice } from "./claim.ts";
import { isUrgent, usefulUntil } from "./derive-notices.ts";
import type { NoticeKind, QuietHours } from "./plan.ts";
import { sendingTime } from "./quiet-hours.ts";

/** What is to be done with a notice that is due, as things are now. */
export type Verdict =
  | { readonly say: "send" }
  | { readonly say: "wait"; readonly nextAt: number }
  | { readonly say: "drop"; readonly why: "not_so" | "passed" };

/**
 * Looks at a notice once more before it is sent: nothing is said that is no longer so, and nothing that is of no more use. What comes into quiet hours because the sender was
 * away waits for the morning, unless that is too late. `now` by the database's clock, ms. Pure.
 */
export function judgeNotice(
  notice: Pick<PatientNotice, "kind" | "startAt">,
  appointment: Appointment | undefined,
  now: number,
  quiet: QuietHours | undefined,
): Verdict {
  const { kind, startAt } = notice;
  if (appointment?.status !== STATUS_TOLD[kind]) return { say: "drop", why: "not_so" };
  // What was moved and cancelled at one go was told of at the start before.
  if (kind !== "cancellation" && epochMinutes(appointment.start) * MINUTE_MS !== startAt)
    return { say: "drop", why: "not_so" };
  const start = usefulUntil(kind, startAt, appointment);
  if (start <= now) return { say: "drop", why: "passed" };
  const { zone } = appointment;
  const when = sendingTime({ wanted: now, start, zone, urgent: isUrgent(kind, startAt, now) }, quiet);
  return when > now ? { say: "wait", nextAt: when } : { say: "send" };
}

/** The status in which an appointment is what a notice tells of. */
const STATUS_TOLD: Readonly<Record<NoticeKind, AppointmentStatus>> = {
  confirmation: "booked",
  reminder: "booked",
  change: "booked",
  cancellation: "cancelled",
  offer: "pending",
  expiry: "expired",
};
