import { MINUTE_MS } from "@healthbridge/schema";
import type { Letter, Recipient } from "./carriers/carrier.ts";
import type { UrgentNotice } from "./claim.ts";
import type { Facts } from "./facts.ts";
import { isEmail } from "./plan.ts";
import { composeUrgent } from "./texts/texts.ts";
import type { LetterStyle } from "./write-letter.ts";

/**
 * Writes what somebody on call is told: that an urgent message has waited, for how long at `now` (ms), and where, as far as names are allowed. Nothing of what it says, and never
 * whom it is about. `answering` is the doctor's id. Pure.
 */
export function writeUrgentLetter(
  notice: UrgentNotice,
  answering: string,
  facts: Facts,
  now: number,
  { language, names }: LetterStyle,
): Letter {
  const doctor = facts.doctors.get(answering);
  const clinic = doctor && facts.clinics.get(doctor.clinic);
  const waited = Math.max(1, Math.floor((now - notice.startAt) / MINUTE_MS));
  return {
    key: notice.id,
    to: recipientOf(notice.recipient),
    kind: notice.kind,
    language,
    ...composeUrgent(language, waited, {
      doctor: names.has("doctor") ? doctor?.name : undefined,
      clinic: names.has("clinic") ? clinic?.name : undefined,
    }),
    appointment: notice.appointment,
    start: notice.startAt,
    minutes: 0,
    occasion: notice.occasion,
  };
}

/** How one of the on-call list is reached. */
function recipientOf(entry: string): Recipient {
  return isEmail(entry)
    ? { phone: undefined, email: entry, push: [] }
    : { phone: entry, email: undefined, push: [] };
}
