import * as z from "zod/mini";
import { LIMITS } from "../protocol/limits.ts";
import { saysDays } from "../rules.ts";

/**
 * What to do when the time that was asked for is gone, in order of preference; the outcome says which wish came true and why the earlier ones did not.
 * - `sameDay`: the free slot nearest in time on the same day sheet
 * - `sameDoctor`: the first free slot of the same doctor within `days` days after the day that was asked for
 * - `giveUp`: nothing else; later wishes are not looked at
 */
export const Wish = z
  .strictObject({
    wish: z.enum(["sameDay", "sameDoctor", "giveUp"]),
    /** how many days the wish reaches; `sameDoctor` only */
    days: z.exactOptional(z.int().check(z.minimum(1), z.maximum(LIMITS.wishDays))),
  })
  .check(z.refine(saysDays, { path: ["days"], error: "named with sameDoctor, and only there" }));
export type Wish = z.infer<typeof Wish>;

/** The list of wishes an operation carries. */
export const IfTaken = z.array(Wish).check(z.maxLength(LIMITS.wishes));
