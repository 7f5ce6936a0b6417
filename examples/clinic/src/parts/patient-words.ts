import type { Patient } from "@healthbridge/schema/client";
import type { Common } from "../logic/likeness.ts";
import { speech, t } from "../words.ts";

/** What tells a patient from another of her name: year of birth, village, card, telephone. */
export function detailsOf({ born, village, cardNumber, phone }: Patient): string {
  return [
    ...(born === undefined ? [] : [t("bornIn", { year: born.slice(0, 4) })]),
    ...(village === undefined ? [] : [village]),
    ...(cardNumber === undefined ? [] : [cardNumber]),
    ...(phone === undefined ? [] : [phone]),
  ].join(" · ");
}

/** What two cards have in common, as a person says it. */
export function commonInWords(because: readonly Common[]): string {
  return speech.and(because.map((each) => t(COMMON[each])));
}

const COMMON = {
  card: "sameCard",
  phone: "samePhone",
  name: "sameName",
  nearName: "likeName",
  year: "sameYear",
  nearYear: "nearYear",
} as const;
