import {
  daysFromDate,
  DAY_MINUTES,
  formatStart,
  MINUTE_MS,
  type ZonedInstant,
  type ZoneRules,
} from "@healthbridge/schema/client";

/** The rules of time zones as every platform's `Intl` has them. */
export const INTL_ZONES: ZoneRules = {
  at(zone, date, time): ZonedInstant {
    const wall = daysFromDate(date) * DAY_MINUTES + Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
    const before = offsetAt(zone, wall - DAY_MINUTES);
    const after = offsetAt(zone, wall + DAY_MINUTES);
    const shown = [before, after].find((offset) => offsetAt(zone, wall - offset) === offset);
    // The clock skips this time: it is as much later as the clock goes forward.
    const instant = wall - (shown ?? before);
    return { instant, offset: offsetAt(zone, instant) };
  },
  startAt: (zone, instant) => formatStart(instant, Math.trunc(offsetAt(zone, instant))),
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes that a zone is ahead of UTC at an instant (minutes since 1970). */
function offsetAt(zone: string, instant: number): number {
  const ms = instant * MINUTE_MS;
  const parts = formatOf(zone).formatToParts(ms);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = [
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
  ].map((name) => Number(parts.find(({ type }) => type === name)?.value));
  return (Date.UTC(year, month - 1, day, hour, minute, second) - ms) / MINUTE_MS;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}
