import * as z from "zod/mini";
import { EntityId } from "./ids.ts";
import { CalendarDate } from "./time.ts";
import { Email, Language, line, Name, Phone } from "./texts.ts";

/** By what a patient wishes to be told of her appointments; `off`: by nothing. */
export const NoticeWish = z.enum(["off", "push", "sms", "voice", "email"]);
export type NoticeWish = z.infer<typeof NoticeWish>;

/** A patient's profile. An account may act for several; a clinic's staff act for those their clinic registered. */
export const Patient = z.object({
  id: EntityId,
  name: Name,
  /** account that acts for the patient (herself, a parent) */
  account: z.optional(EntityId),
  /** clinic that registered the patient and keeps her card */
  clinic: z.optional(EntityId),
  born: z.optional(CalendarDate),
  sex: z.optional(z.enum(["female", "male", "other", "unknown"])),
  phone: z.optional(Phone),
  email: z.optional(Email),
  /** how she wishes to be told of her appointments; left out: as the operator has it */
  notices: z.optional(NoticeWish),
  language: z.optional(Language),
  village: z.optional(line(80)),
  /** number on the clinic's own card or the national one */
  cardNumber: z.optional(line(40)),
});
export type Patient = z.infer<typeof Patient>;
