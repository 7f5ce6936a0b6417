import {
  type MakeSheets,
  sheetMaker,
  type ZonedInstant,
  type ZoneRules,
  zoneCheck,
} from "@healthbridge/schema";
import { Temporal } from "temporal-polyfill";

const MS_PER_MINUTE = 60_000;
const NS_PER_MINUTE = 60_000_000_000;

const RULES: ZoneRules = {
  at(zone, date, time): ZonedInstant {
    const day = Temporal.PlainDate.from(date);
    const midnight = time === "24:00";
    const zoned = (midnight ? day.add({ days: 1 }) : day).toZonedDateTime({
      timeZone: zone,
      plainTime: midnight ? "00:00" : time,
    });
    return {
      instant: zoned.epochMilliseconds / MS_PER_MINUTE,
      offset: zoned.offsetNanoseconds / NS_PER_MINUTE,
    };
  },
  startAt(zone, instant) {
    const local = Temporal.Instant.fromEpochMilliseconds(instant * MS_PER_MINUTE).toZonedDateTimeISO(zone);
    return `${local.toPlainDateTime().toString({ smallestUnit: "minute" })}${local.offset.slice(0, 6)}`;
  },
};

/** Makes a doctor's day sheets from her availability, by Temporal's time zones. */
export const makeSheets: MakeSheets = sheetMaker(RULES);

/** Refuses a clinic's time zone that Temporal does not know. */
export const refuseZone = zoneCheck(RULES);
