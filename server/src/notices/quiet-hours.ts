import { MINUTE_MS } from "@healthbridge/schema";
import { Temporal } from "temporal-polyfill";
import type { QuietHours } from "./plan.ts";

/** Whoever is told later than this before the start cannot act on it any more. */
const LEAST_WARNING_MS = 60 * MINUTE_MS;

/** What is to be sent, and until when it is of use. All instants in ms since 1970. */
export interface Sending {
  /** when it would be sent in the daytime */
  readonly wanted: number;
  /** when the appointment starts */
  readonly start: number;
  /** the appointment's zone */
  readonly zone: string;
  /** wakes her if need be */
  readonly urgent: boolean;
}

/**
 * When something is sent: as wanted, outside quiet hours. Inside them it waits for the morning; what would then come too late for the start goes in the evening before,
 * which can lie in the past.
 */
export function sendingTime({ wanted, start, zone, urgent }: Sending, quiet: QuietHours | undefined): number {
  if (quiet === undefined || urgent) return wanted;
  const local = Temporal.Instant.fromEpochMilliseconds(wanted).toZonedDateTimeISO(zone);
  const minute = local.hour * 60 + local.minute;
  if (!isQuiet(minute, quiet)) return wanted;
  const date = local.toPlainDate();
  const morning = wallTime(minute < quiet.to ? date : date.add({ days: 1 }), quiet.to, zone);
  if (morning <= start - LEAST_WARNING_MS) return morning;
  return wallTime(minute < quiet.from ? date.subtract({ days: 1 }) : date, quiet.from, zone);
}

function isQuiet(minute: number, { from, to }: QuietHours): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** A wall time that the clock skips is as much later as the clock goes forward. */
function wallTime(date: Temporal.PlainDate, minute: number, zone: string): number {
  const plainTime = Temporal.PlainTime.from({ hour: Math.floor(minute / 60), minute: minute % 60 });
  return date.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
}
