import { useEntity } from "@healthbridge/client-sdk/react";
import type { Speech } from "@healthbridge/example-design/shell";
import type { CalendarDate, EntityId } from "@healthbridge/schema/client";
import type { DoctorKey } from "../words/words.ts";
import { useWords } from "./desk-context.ts";

/** A patient's name; said plainly where her card is not on this device yet. */
export function usePatientName(id: EntityId | undefined): string {
  const { t } = useWords();
  return useEntity("patient", id)?.name ?? t("patientUnknown");
}

/** A kind of visit or a speciality as people read it: `follow-up` is "Follow up". */
export function plainName(kind: string): string {
  const words = kind.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** When somebody was born, and how old she is on a date. */
export function bornWords(born: CalendarDate, on: CalendarDate, { t, language }: Speech<DoctorKey>): string {
  const date = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    dateStyle: "medium",
    timeZone: "UTC",
  }).format(new Date(born));
  return t("bornAge", { date, n: ageOn(born, on) });
}

/** Whole years between a birth and a date. */
export function ageOn(born: CalendarDate, on: CalendarDate): number {
  const years = Number(on.slice(0, 4)) - Number(born.slice(0, 4));
  return on.slice(5) < born.slice(5) ? years - 1 : years;
}
