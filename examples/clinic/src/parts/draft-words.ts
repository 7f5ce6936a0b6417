import type { DraftFault, DraftField } from "../logic/patient-draft.ts";

/** What the fields of a patient's card are called. */
export const FIELD_WORDS = {
  name: "name",
  born: "born",
  sex: "sex",
  phone: "phone",
  cardNumber: "card",
  village: "village",
  language: "patientLanguage",
} as const satisfies Readonly<Record<DraftField, string>>;

/** What is wrong with one, and what to do. */
export const FAULT_WORDS = {
  missing: "nameMissing",
  tooLong: "tooLong",
  noDate: "noDate",
  future: "future",
  noPhone: "noPhone",
  noSex: "noSex",
  noLanguage: "noLanguage",
} as const satisfies Readonly<Record<DraftFault, string>>;
