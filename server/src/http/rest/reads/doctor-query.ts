import {
  CalendarDate,
  Currency,
  DOCTOR_SORTS,
  type DoctorSort,
  Language,
  LARGEST_FEE,
  Speciality,
} from "@healthbridge/schema";
import * as z from "zod/mini";
import { httpProblem } from "../../problem.ts";
import { After } from "./pages.ts";
import { checkedDates, count, type Dates, Limit, Near, SearchText, WithinKm } from "./parameters.ts";

/** What `GET /v1/doctors` can be asked. */
export const DoctorQuery = z.strictObject({
  near: z.optional(Near),
  withinKm: WithinKm,
  speciality: z.optional(Speciality),
  language: z.optional(Language),
  name: z.optional(SearchText),
  /** only doctors who name a fee in it */
  currency: z.optional(Currency),
  /** the highest fee, minor units of `currency` */
  feeUpTo: z.optional(count(0, LARGEST_FEE)),
  freeOn: z.optional(CalendarDate),
  freeFrom: z.optional(CalendarDate),
  freeTo: z.optional(CalendarDate),
  sort: z.optional(z.enum(DOCTOR_SORTS)),
  limit: Limit,
  after: z.optional(After),
});
export type DoctorQuery = z.infer<typeof DoctorQuery>;

/** The order that was asked for; `undefined`: by name. Fees are compared in one currency, and around one place. */
export function sortOf({ near, sort, currency, feeUpTo }: DoctorQuery): DoctorSort | undefined {
  if (feeUpTo !== undefined && currency === undefined)
    throw httpProblem("malformed", "query.currency", "feeUpTo is an amount of some currency");
  if (sort === "fee" && currency === undefined)
    throw httpProblem("malformed", "query.currency", "fees are sorted in one currency");
  if (sort !== undefined && near === undefined)
    throw httpProblem("malformed", "query.near", "without a place doctors are sorted by name");
  return near === undefined ? undefined : (sort ?? "distance");
}

/** The dates on which a doctor has to be free. */
export function freeDates({ freeOn, freeFrom, freeTo }: DoctorQuery): Dates | undefined {
  if (freeOn !== undefined) {
    if (freeFrom !== undefined || freeTo !== undefined)
      throw httpProblem("malformed", "query.freeOn", "stands alone, without freeFrom and freeTo");
    return { from: freeOn, to: freeOn };
  }
  if (freeFrom === undefined && freeTo === undefined) return undefined;
  if (freeFrom === undefined || freeTo === undefined)
    throw httpProblem(
      "malformed",
      freeFrom === undefined ? "query.freeFrom" : "query.freeTo",
      "one needs the other",
    );
  return checkedDates(freeFrom, freeTo, "freeTo");
}
