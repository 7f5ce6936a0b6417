import * as z from "zod/mini";
import { EntityId } from "./ids.ts";
import { LIMITS } from "../protocol/limits.ts";
import { CalendarDate, ZoneName } from "./time.ts";
import { LARGEST_FEE } from "../rules.ts";
import { Currency, Language, Latitude, line, Longitude, Name, Speciality, VisitKind } from "./texts.ts";

/** A day on which a clinic is closed. A doctor's own exception for the date goes before it. */
export const Holiday = z.strictObject({ date: CalendarDate, name: line(60) });
export type Holiday = z.infer<typeof Holiday>;

/** A place where patients are seen: one row of the facility register. */
export const Clinic = z.object({
  id: EntityId,
  name: Name,
  /** code in the national register, where there is one */
  code: z.optional(line(20)),
  /** level in the national register, for example `Level 2` */
  level: z.optional(line(20)),
  type: z.optional(line(60)),
  owner: z.optional(line(80)),
  county: z.optional(line(60)),
  ward: z.optional(line(60)),
  lat: z.optional(Latitude),
  lng: z.optional(Longitude),
  zone: ZoneName,
  /** set by `clinic.setHolidays` */
  holidays: z.optional(z.array(Holiday)),
});
export type Clinic = z.infer<typeof Clinic>;

const answerMinutes = z.int().check(z.minimum(5), z.maximum(LIMITS.answerMinutes));

/** What somebody who books with a doctor must know. Who keeps her hours is bound by none of the bounds in time and number. */
export const BookingRules = z.strictObject({
  /** kinds of visit, by name, and how long each takes in minutes; one that is longer than a slot takes several */
  visits: z.exactOptional(
    z
      .array(
        z.strictObject({
          kind: VisitKind,
          minutes: z.int().check(z.multipleOf(5), z.minimum(5), z.maximum(480)),
        }),
      )
      .check(z.maxLength(LIMITS.visitKinds)),
  ),
  /** the latest moment to book, in minutes before the start */
  noticeMinutes: z.exactOptional(z.int().check(z.minimum(0), z.maximum(20_160))),
  /** how many days ahead times can be booked */
  horizonDays: z.exactOptional(z.int().check(z.minimum(1), z.maximum(LIMITS.sheetDays))),
  /** most appointments on one day */
  perDay: z.exactOptional(z.int().check(z.minimum(1), z.maximum(500))),
  /** most appointments that one patient can have ahead of her */
  perPatient: z.exactOptional(z.int().check(z.minimum(1), z.maximum(50))),
  /** bookings by others wait so many minutes for the clinic to confirm them; left out: they are booked at once */
  confirmMinutes: z.exactOptional(answerMinutes),
  /** what happens to a time that comes free while patients wait for one: it is offered to the first of them, or given; offered where left out */
  freed: z.exactOptional(z.enum(["offer", "give"])),
  /** minutes a patient has to accept an offer; two hours where left out */
  offerMinutes: z.exactOptional(answerMinutes),
  /** who may put an appointment beside another on purpose: the doctor alone (where left out), or her clinic's staff as well */
  overbooking: z.exactOptional(z.enum(["doctor", "staff"])),
  /** how much of what is free on a day the clinic's devices may have to themselves, to confirm times without a network, in percent; half where left out */
  leasePercent: z.exactOptional(z.int().check(z.minimum(0), z.maximum(100))),
});
export type BookingRules = z.infer<typeof BookingRules>;

/** What a visit costs: whole minor units of a currency (`{ amount: 50000, currency: "KES" }` is 500 shillings). 0: free of charge. */
export const Fee = z.strictObject({
  amount: z.int().check(z.minimum(0), z.maximum(LARGEST_FEE)),
  currency: Currency,
});
export type Fee = z.infer<typeof Fee>;

/** A doctor as anybody in the tenant may see her (FHIR: Practitioner with PractitionerRole). */
export const Doctor = z.object({
  id: EntityId,
  name: Name,
  clinic: EntityId,
  specialities: z.array(Speciality).check(z.minLength(1), z.maxLength(8)),
  languages: z.array(Language).check(z.minLength(1), z.maxLength(8)),
  /** set by `doctor.setRules` */
  rules: z.optional(BookingRules),
  /** what a visit costs, where she names it */
  fee: z.optional(Fee),
});
export type Doctor = z.infer<typeof Doctor>;
