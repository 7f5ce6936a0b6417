import type { Patient } from "@healthbridge/schema/client";
import { wordsOf } from "./likeness.ts";

/** Patients whom a few typed letters may mean: each word begins one of the name's, or the digits are of a card or a telephone. */
export function searchPatients<P extends Patient>(
  typed: string,
  patients: readonly P[],
  most: number,
): readonly P[] {
  const words = wordsOf(typed);
  if (words.length === 0) return [];
  const found: P[] = [];
  for (const patient of patients) {
    if (found.length >= most) break;
    if (fits(words, patient)) found.push(patient);
  }
  return found;
}

const FEW_DIGITS = 3;

function fits(words: readonly string[], { name, cardNumber = "", phone = "" }: Patient): boolean {
  const hers = [...wordsOf(name), ...wordsOf(cardNumber)];
  return words.every(
    (word) =>
      hers.some((each) => each.startsWith(word)) ||
      (word.length >= FEW_DIGITS && /^\d+$/.test(word) && phone.includes(word.replace(/^0/, ""))),
  );
}
