import * as z from "zod/mini";
import { EntityId } from "./ids.ts";
import { ZoneName } from "./time.ts";
import { LARGEST_FEE } from "../rules.ts";
import { Currency, Language, Latitude, line, Longitude, Name, Speciality } from "./texts.ts";

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
});
export type Clinic = z.infer<typeof Clinic>;

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
  /** what a visit costs, where she names it */
  fee: z.optional(Fee),
});
export type Doctor = z.infer<typeof Doctor>;
