import * as z from "zod/mini";
import { LONGEST_SLOT_MINUTES, MOST_EXCEPTIONS } from "../entities/availability.ts";
import { LIMITS } from "../protocol/limits.ts";
import { endsLater, liesOnSteps, TIME_STEP_MINUTES } from "../rules.ts";
import { EntityId } from "./ids.ts";
import { CalendarDate, WallTime, ZoneName } from "./time.ts";

const minutes = z.int().check(z.multipleOf(TIME_STEP_MINUTES));

const slotLength = minutes.check(z.minimum(TIME_STEP_MINUTES), z.maximum(LONGEST_SLOT_MINUTES));

/** A session: a stretch of a day by the wall clock, `to` may be `24:00`. */
export const Hours = z
  .strictObject({
    from: WallTime,
    to: WallTime,
    /** goes on into the next day: `22:00` to `06:00` */
    overnight: z.exactOptional(z.boolean()),
    /** length of its slots in minutes, where it differs from the plan's */
    slotMinutes: z.exactOptional(slotLength),
    /** how many patients each of its slots takes (a group session); one where left out */
    places: z.exactOptional(z.int().check(z.minimum(2), z.maximum(LIMITS.places))),
  })
  .check(z.refine(endsLater, { path: ["to"], error: "must be after from" }))
  .check(
    z.refine(liesOnSteps, {
      path: ["from"],
      error: "must be on a five-minute step",
    }),
  );
export type Hours = z.infer<typeof Hours>;

/** A date that differs from the week, also on a holiday: other hours, none (off), or with `extra` these beside the week's. */
export const DateHours = z.strictObject({
  date: CalendarDate,
  hours: z.array(Hours).check(z.maxLength(6)),
  extra: z.exactOptional(z.boolean()),
});
export type DateHours = z.infer<typeof DateHours>;

/** A doctor's recurring week, with exceptions, from which day sheets are made. `id` is the doctor's. */
export const Availability = z.object({
  id: EntityId,
  zone: ZoneName,
  /** length of a slot in minutes */
  slotMinutes: slotLength,
  /** pause after each slot in minutes */
  bufferMinutes: minutes.check(z.minimum(0), z.maximum(LONGEST_SLOT_MINUTES)),
  /** pause before each slot in minutes; none where left out */
  bufferBeforeMinutes: z.exactOptional(minutes.check(z.minimum(0), z.maximum(LONGEST_SLOT_MINUTES))),
  /** day of week (1 Monday … 7 Sunday, ISO 8601) and hours */
  weekly: z
    .array(
      z.strictObject({
        day: z.int().check(z.minimum(1), z.maximum(7)),
        hours: z.array(Hours).check(z.maxLength(6)),
      }),
    )
    .check(z.maxLength(7)),
  exceptions: z.array(DateHours).check(z.maxLength(MOST_EXCEPTIONS)),
  /** first date without a sheet yet: sheets exist for all dates before it */
  sheetsUntil: z.optional(CalendarDate),
});
export type Availability = z.infer<typeof Availability>;
