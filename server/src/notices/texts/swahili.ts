import type { Texts, UrgentWords, Words } from "./words.ts";

/** `Mary: … na Dr Achieng, Kijani.`, as far as names are allowed. */
function named({ patient, doctor, clinic }: Words, text: string): string {
  const to = patient === undefined ? "" : `${patient}: `;
  const who = doctor === undefined ? "" : ` na ${doctor}`;
  const where = clinic === undefined ? "" : `, ${clinic}`;
  return `${to}${text}${who}${where}.`;
}

/** `… Kliniki: Kijani. Daktari: Dr Achieng. …`, as far as names are allowed. */
function urgent({ minutes, doctor, clinic }: UrgentWords): string {
  const where = clinic === undefined ? "" : ` Kliniki: ${clinic}.`;
  const who = doctor === undefined ? "" : ` Daktari: ${doctor}.`;
  return `Ujumbe wa dharura umesubiri dakika ${minutes}.${where}${who} Fungua HealthBridge.`;
}

export const swahili: Texts = {
  locale: "sw",
  nameCharacters: 22,
  gsm: true,
  titles: {
    confirmation: "Miadi imethibitishwa",
    reminder: "Kumbusho la miadi",
    change: "Miadi imehamishwa",
    cancellation: "Miadi imefutwa",
    offer: "Nafasi imepatikana",
    expiry: "Ombi limekwisha",
    urgent: "Ujumbe wa dharura unasubiri",
  },
  texts: {
    confirmation: (words) => named(words, `Miadi yako imethibitishwa: ${words.when}`),
    reminder: (words) => named(words, `Kumbusho: una miadi ${words.when}`),
    change: (words) => named(words, `Miadi yako imehamishwa. Wakati mpya: ${words.when}`),
    cancellation: (words) => named(words, `Imefutwa: miadi yako ya ${words.when}`),
    offer: (words) => named(words, `Nafasi imepatikana, tafadhali jibu mapema: ${words.when}`),
    expiry: (words) => named(words, `Halikuthibitishwa kwa wakati, ombi lako limekwisha: ${words.when}`),
  },
  urgent,
};
