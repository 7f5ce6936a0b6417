import { Fault } from "./fault.ts";

const MINUTE_MS = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** A wall-clock time at a place as a start with its offset: `2026-11-23T09:20+03:00`. */
export function localStart(date: string, time: string, zone: string): string {
  const clock = /^(\d{1,2})[:.](\d{2})$/.exec(time);
  const wall = Date.parse(`${date}T${(clock?.[1] ?? "").padStart(2, "0")}:${clock?.[2] ?? ""}Z`);
  if (!isDate(date)) throw new Fault(`the date “${date}” is not written as year-month-day, as 2026-11-23`);
  if (clock === null || Number.isNaN(wall))
    throw new Fault(`the time “${time}” is not written as hours:minutes, as 09:20`);
  // The offset at an instant is known, at a wall time it has to be found: try the offsets half a day before and behind.
  for (const near of [wall - 12 * 60 * MINUTE_MS, wall + 12 * 60 * MINUTE_MS]) {
    const offset = offsetAt(near, zone);
    if (offsetAt(wall - offset * MINUTE_MS, zone) === offset) {
      return `${new Date(wall).toISOString().slice(0, 16)}${spell(offset)}`;
    }
  }
  throw new Fault(`${date} ${time} does not exist where the doctor is: clocks are put forward then`);
}

/** Whether a time zone has such a name. */
export function isZone(zone: string): boolean {
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
}

/** The zone this computer is set to. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The date the wall of a zone shows now. Swedes write dates as ISO 8601 does. */
export function todayIn(zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(new Date());
}

/** Whether a text is a date that exists, as year-month-day. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Minutes that a zone's clocks are ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const parts = new Map(
    format(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const local = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return Math.round((local - instant) / MINUTE_MS);
}

function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, made);
  return made;
}

function spell(offset: number): string {
  const size = Math.abs(offset);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
