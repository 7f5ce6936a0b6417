import * as z from "zod/mini";
import { LONGEST_SLOT_MINUTES, MOST_EXCEPTIONS } from "../entities/availability.ts";
import { endsLater, liesOnSteps, TIME_STEP_MINUTES } from "../rules.ts";
import { EntityId } from "./ids.ts";
import { CalendarDate, WallTime, ZoneName } from "./time.ts";

const minutes = z.int().check(z.multipleOf(TIME_STEP_MINUTES));

/** A stretch of a day by the wall clock; `to` may be `24:00`. A stretch over midnight is written as two. */
export const Hours = z
  .strictObject({ from: WallTime, to: WallTime })
  .check(z.refine(endsLater, { path: ["to"], error: "must be after from" }))
  .check(
    z.refine(liesOnSteps, {
      path: ["from"],
      error: "must be on a five-minute step",
    }),
  );
export type Hours = z.infer<typeof Hours>;

/** A doctor's recurring week, with exceptions, from which day sheets are made. `id` is the doctor's. */
export const Availability = z.object({
  id: EntityId,
  zone: ZoneName,
  /** length of a slot in minutes */
  slotMinutes: minutes.check(z.minimum(TIME_STEP_MINUTES), z.maximum(LONGEST_SLOT_MINUTES)),
  /** pause after each slot in minutes */
  bufferMinutes: minutes.check(z.minimum(0), z.maximum(LONGEST_SLOT_MINUTES)),
  /** day of week (1 Monday … 7 Sunday, ISO 8601) and hours */
  weekly: z
    .array(
      z.strictObject({
        day: z.int().check(z.minimum(1), z.maximum(7)),
        hours: z.array(Hours).check(z.maxLength(6)),
      }),
    )
    .check(z.maxLength(7)),
  /** dates that differ from the week; no hours: closed */
  exceptions: z
    .array(z.strictObject({ date: CalendarDate, hours: z.array(Hours).check(z.maxLength(6)) }))
    .check(z.maxLength(MOST_EXCEPTIONS)),
  /** first date without a sheet yet: sheets exist for all dates before it */
  sheetsUntil: z.optional(CalendarDate),
});
export type Availability = z.infer<typeof Availability>;
