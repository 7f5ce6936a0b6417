import type { Patient } from "@healthbridge/schema/client";

const MOST = 8;

/** Patients whose name, card or telephone holds every word that was typed, in any order; nobody while too little was typed. */
export function foundPatients<P extends Patient>(patients: readonly P[], typed: string): readonly P[] {
  const words = plain(typed).split(" ").filter(Boolean);
  if (words.join("").length < 2) return [];
  return patients
    .filter(({ name, cardNumber = "", phone = "" }) => {
      const text = plain(`${name} ${cardNumber} ${phone}`);
      return words.every((word) => text.includes(word));
    })
    .toSorted((left, right) => left.name.localeCompare(right.name))
    .slice(0, MOST);
}

/** Small letters without accents: whoever types in a hurry leaves them out. */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase()
    .replaceAll(/\s+/g, " ")
    .trim();
}
