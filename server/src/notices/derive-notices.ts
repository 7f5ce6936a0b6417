import { type Appointment, type AppointmentStatus, epochMinutes, MINUTE_MS } from "@healthbridge/schema";
import type { NoticeKind, NoticePlan } from "./plan.ts";
import { sendingTime } from "./quiet-hours.ts";

/** One thing to tell the patient of. All instants in ms since 1970. */
export interface DueNotice {
  readonly kind: NoticeKind;
  /** the start it speaks of */
  readonly startAt: number;
  /** when what it tells of was decided, or the instant it reminds at: what makes it another notice than one before */
  readonly occasion: number;
  /** when to send it */
  readonly nextAt: number;
  /** only where she was not told already that it stands */
  readonly unlessTold?: true;
}

/** What follows from the change of one appointment. */
export interface Derived {
  /** what still waits to be sent of it is not true any more */
  readonly drops: boolean;
  readonly notices: readonly DueNotice[];
}

/** What an appointment is to the patient. */
type Phase = "asked" | "held" | "offered" | "agreed" | "over" | "cancelled" | "expired";

const NOTHING: Derived = { drops: false, notices: [] };

/** An offer or a cancellation for the coming hours wakes people: by the morning it would be too late to act on it. */
const COMING_MS = 12 * 60 * MINUTE_MS;

/**
 * What the patient is to be told of an appointment that a batch changed. Pure: `before` as it was locked (`undefined`: the batch made it), `after` as it is written, `now` by the
 * database's clock.
 */
export function deriveNotices(
  before: Appointment | undefined,
  after: Appointment,
  now: number,
  plan: NoticePlan,
): Derived {
  const was = before && phaseOf(before);
  const is = phaseOf(after);
  if (was === is && before?.start === after.start && before.doctor === after.doctor) return NOTHING;
  const kind = kindOf(was, is);
  const at = kind === "cancellation" && before !== undefined ? before : after;
  const due = kind && atOnce(kind, at, now, plan);
  // A check-in that is taken back tells her nothing new, but the check-in may have taken back what was still to be told.
  const told = due === undefined ? [] : [was === "over" ? { ...due, unlessTold: true as const } : due];
  const reminders = is === "agreed" ? remindersFor(after, now, plan) : [];
  return { drops: before !== undefined, notices: [...told, ...reminders] };
}

function phaseOf({ status, awaits, wants }: Appointment): Phase {
  if (status === "pending" && awaits === "patient") return wants === undefined ? "held" : "offered";
  return PHASES[status];
}

const PHASES: Readonly<Record<AppointmentStatus, Phase>> = {
  pending: "asked",
  waitlist: "asked",
  booked: "agreed",
  arrived: "over",
  fulfilled: "over",
  noshow: "over",
  cancelled: "cancelled",
  expired: "expired",
};

/** What is told of a new phase. Nobody is told of what she asked for herself and nobody has answered yet. */
function kindOf(was: Phase | undefined, is: Phase): NoticeKind | undefined {
  if (is === "agreed") return was === "agreed" ? "change" : "confirmation";
  if (is === "offered") return "offer";
  // What was only held tells nobody anything when it ends: whoever held it was choosing.
  if (was === undefined || was === "over" || was === "held") return undefined;
  if (is === "cancelled") return "cancellation";
  return is === "expired" ? "expiry" : undefined;
}

function atOnce(kind: NoticeKind, appointment: Appointment, now: number, plan: NoticePlan): DueNotice {
  const startAt = instantOf(appointment);
  const urgent = isUrgent(kind, startAt, now);
  const start = usefulUntil(kind, startAt, appointment);
  const when = sendingTime({ wanted: now, start, zone: appointment.zone, urgent }, plan.quiet);
  // Where the evening is over and the morning too late, now is better than never.
  return { kind, startAt, occasion: now, nextAt: Math.max(when, now) };
}

/** Whether a notice is sent in quiet hours as well. */
export function isUrgent(kind: NoticeKind, startAt: number, now: number): boolean {
  return (kind === "offer" || kind === "cancellation") && startAt - now <= COMING_MS;
}

/** Until when it is of use to be told, ms: an offer until it is over, that a request has ended after its time as well. */
export function usefulUntil(kind: NoticeKind, startAt: number, { until = startAt }: Appointment): number {
  if (kind === "expiry") return Infinity;
  return kind === "offer" ? Math.min(until, startAt) : startAt;
}

function remindersFor(appointment: Appointment, now: number, plan: NoticePlan): readonly DueNotice[] {
  const startAt = instantOf(appointment);
  const reminders = plan.reminderMinutes.map((minutes): DueNotice => {
    const wanted = startAt - minutes * MINUTE_MS;
    const nextAt = sendingTime({ wanted, start: startAt, zone: appointment.zone, urgent: false }, plan.quiet);
    return { kind: "reminder", startAt, occasion: wanted, nextAt };
  });
  // Two that quiet hours put on one instant are one.
  const byInstant = new Map(reminders.map((each) => [each.nextAt, each]));
  return [...byInstant.values()].filter(({ nextAt }) => nextAt > now);
}

function instantOf({ start }: Appointment): number {
  return epochMinutes(start) * MINUTE_MS;
}
