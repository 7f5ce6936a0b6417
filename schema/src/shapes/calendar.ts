import * as z from "zod/mini";
import { EntityId } from "./ids.ts";

/**
 * The SHA-256 of a calendar link's secret as base64url, 43 characters. Whoever makes a link draws the secret and sends only this: so no operation, no outcome
 * and no table ever holds what opens the calendar.
 */
export const SecretDigest = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));

/** Whose appointments a calendar shows: a doctor's, a patient's, or, where neither is named, those of all patients the account acts for. */
export const CalendarOwner = z.strictObject({
  doctor: z.optional(EntityId),
  patient: z.optional(EntityId),
});

/** A link under which a calendar program reads appointments without signing in. It ends with its device's session, its account, or its maker's right to see them. */
export const CalendarLink = z.object({
  id: EntityId,
  /** who made it, and who may end it */
  account: EntityId,
  /** the device it was made on: signing that out ends the link */
  device: EntityId,
  of: CalendarOwner,
  /** whether patients' names are shown; only a doctor can ask for them */
  names: z.boolean(),
  status: z.enum(["active", "ended"]),
  digest: SecretDigest,
  /** the server's clock, ms since 1970 */
  madeAt: z.int(),
});
export type CalendarLink = z.infer<typeof CalendarLink>;
