import type { Appointment, Patient } from "@healthbridge/schema";
import type { Letter } from "./carriers/carrier.ts";
import type { PatientNotice } from "./claim.ts";
import type { Facts } from "./facts.ts";
import { onTheWall } from "../wall-time.ts";
import { compose, languageOf, type Names, type TextLanguage } from "./texts/texts.ts";

/** Whose names a text may hold. */
export const NAMED = ["patient", "doctor", "clinic"] as const satisfies readonly (keyof Names)[];

/** How texts are written for the operator. */
export interface LetterStyle {
  /** for patients who name no language, and whose account names none */
  readonly language: TextLanguage;
  /** names that may be told; none where the operator says nothing */
  readonly names: ReadonlySet<keyof Names>;
}

/** Writes what a notice says, as things are now. Pure. */
export function writeLetter(
  notice: PatientNotice,
  appointment: Appointment,
  patient: Patient,
  facts: Facts,
  style: LetterStyle,
): Letter {
  const { account } = patient;
  const accountLanguage = account === undefined ? undefined : facts.languages.get(account);
  const language = languageOf([patient.language, accountLanguage], style.language);
  const allowed = (whose: keyof Names, name: string | undefined) =>
    style.names.has(whose) ? name : undefined;
  const names: Names = {
    patient: allowed("patient", patient.name),
    doctor: allowed("doctor", facts.doctors.get(appointment.doctor)?.name),
    clinic: allowed("clinic", facts.clinics.get(appointment.clinic)?.name),
  };
  return {
    key: notice.id,
    to: {
      phone: patient.phone,
      email: patient.email,
      push: account === undefined ? [] : (facts.pushTargets.get(account) ?? []),
    },
    kind: notice.kind,
    language,
    ...compose(language, notice.kind, onTheWall(notice.startAt, appointment.zone), names),
    appointment: appointment.id,
    start: notice.startAt,
    minutes: appointment.minutes,
    occasion: notice.occasion,
  };
}
