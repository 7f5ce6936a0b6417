import * as z from "zod/mini";
import { dateExists } from "../rules.ts";

/** A calendar date as the doctor's wall shows it: `2026-11-23` (ISO 8601). */
export const CalendarDate = z
  .string()
  .check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/), z.refine(dateExists, "no such date"));
export type CalendarDate = z.infer<typeof CalendarDate>;

/** A wall-clock time of day, to the minute: `09:20`; `24:00` ends a day. */
export const WallTime = z.string().check(z.regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/));

/**
 * A start: an instant written with the doctor's local time and its offset, to the minute (RFC 3339 without seconds):
 * `2026-11-23T09:20+03:00`. Its date part names the day sheet. `Z` is understood as well, at the price of looking at two sheets.
 */
export const Start = z
  .string()
  .check(
    z.regex(
      /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(Z|[+-](0\d|1[0-4]):[0-5]\d)$/,
    ),
    z.refine(dateExists, "no such date"),
  );
export type Start = z.infer<typeof Start>;

/** Which part of the day suits, by the doctor's wall clock: before 12:00, from 12:00 to 17:00, from 17:00 on. */
export const PartOfDay = z.enum(["morning", "afternoon", "evening"]);
export type PartOfDay = z.infer<typeof PartOfDay>;

/** An IANA time zone name such as `Africa/Nairobi`. Whether it exists is checked by the server, which has the zones' rules. */
export const ZoneName = z.string().check(z.maxLength(64), z.regex(/^[A-Za-z]+([_+/-][A-Za-z0-9]+)*$/));
