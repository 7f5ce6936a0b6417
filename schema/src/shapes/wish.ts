import * as z from "zod/mini";
import { LIMITS } from "../protocol/limits.ts";
import { saysDays, saysPlace } from "../rules.ts";
import { Language, Speciality } from "./texts.ts";
import { PartOfDay } from "./time.ts";

/**
 * What to do when the time that was asked for is gone, in order of preference; the outcome says which wish came true and why the earlier ones did not.
 * - `sameDay`: the free slot nearest in time on the same day sheet
 * - `sameDoctor`: the first free slot of the same doctor within `days` days after the day that was asked for
 * - `anyDoctor`: the first free slot of the nearest doctors within `km` kilometres of the asked doctor's clinic, on the day that was asked for or within `days`
 *   days after it; of `speciality` (else of one of the asked doctor's), who speaks `language` where one is named
 * - `waitingList`: a place on the doctor's waiting list for the day that was asked for and `days` days after it
 * - `giveUp`: nothing else; later wishes are not looked at
 */
export const Wish = z
  .strictObject({
    wish: z.enum(["sameDay", "sameDoctor", "anyDoctor", "waitingList", "giveUp"]),
    /** how many days the wish reaches */
    days: z.exactOptional(z.int().check(z.minimum(1), z.maximum(LIMITS.wishDays))),
    /** only a time in this part of the day will do */
    partOfDay: z.exactOptional(PartOfDay),
    /** how far away another doctor may be, in kilometres as the crow flies */
    km: z.exactOptional(z.int().check(z.minimum(1), z.maximum(LIMITS.wishKm))),
    speciality: z.exactOptional(Speciality),
    language: z.exactOptional(Language),
  })
  .check(
    z.refine(saysDays, {
      path: ["days"],
      error: "required with sameDoctor, allowed with anyDoctor and waitingList",
    }),
  )
  .check(
    z.refine(saysPlace, {
      path: ["km"],
      error: "required with anyDoctor; km, speciality and language belong to no other wish",
    }),
  );
export type Wish = z.infer<typeof Wish>;

/** The list of wishes an operation carries. */
export const IfTaken = z.array(Wish).check(z.maxLength(LIMITS.wishes));
