import type { Texts, UrgentWords, Words } from "./words.ts";

/** `Mary: … with Dr Achieng at Kijani.`, as far as names are allowed. */
function named({ patient, doctor, clinic }: Words, text: string): string {
  const to = patient === undefined ? "" : `${patient}: `;
  const who = doctor === undefined ? "" : ` with ${doctor}`;
  const where = clinic === undefined ? "" : ` at ${clinic}`;
  return `${to}${text}${who}${where}.`;
}

/** `… Clinic: Kijani. Doctor: Dr Achieng. …`, as far as names are allowed. */
function urgent({ minutes, doctor, clinic }: UrgentWords): string {
  const time = minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const where = clinic === undefined ? "" : ` Clinic: ${clinic}.`;
  const who = doctor === undefined ? "" : ` Doctor: ${doctor}.`;
  return `An urgent message has waited ${time}.${where}${who} Open HealthBridge.`;
}

export const english: Texts = {
  locale: "en-GB",
  nameCharacters: 22,
  gsm: true,
  titles: {
    confirmation: "Appointment agreed",
    reminder: "Reminder of your appointment",
    change: "Appointment moved",
    cancellation: "Appointment cancelled",
    offer: "A time has become free",
    expiry: "Request ended",
    urgent: "An urgent message waits",
  },
  texts: {
    confirmation: (words) => named(words, `Your appointment is agreed: ${words.when}`),
    reminder: (words) => named(words, `Reminder: your appointment is on ${words.when}`),
    change: (words) => named(words, `Your appointment has moved. New time: ${words.when}`),
    cancellation: (words) => named(words, `Cancelled: your appointment on ${words.when}`),
    offer: (words) => named(words, `A time has become free, please answer soon: ${words.when}`),
    expiry: (words) => named(words, `Not confirmed in time, your request has ended: ${words.when}`),
  },
  urgent,
};
