import { dateExists, type InputOf, type Patient } from "@healthbridge/schema/client";

/** What a worker types at the desk, and what is kept of it. Typing is quick and people write as they speak; nothing is guessed that she cannot see. */

export const DRAFT_FIELDS = ["name", "born", "sex", "phone", "cardNumber", "village", "language"] as const;
export type DraftField = (typeof DRAFT_FIELDS)[number];

/** A form's fields as they were typed. */
export type PatientDraft = Readonly<Record<DraftField, string>>;

export const EMPTY_DRAFT: PatientDraft = {
  name: "",
  born: "",
  sex: "",
  phone: "",
  cardNumber: "",
  village: "",
  language: "",
};

/** What is wrong with a field. */
export type DraftFault = "missing" | "tooLong" | "noDate" | "future" | "noPhone" | "noSex" | "noLanguage";

export type PatientDetails = Omit<InputOf<"patient.register">, "clinic">;

/** Those of a card that a form has. */
export type ReadDetails = { readonly [F in DraftField]?: PatientDetails[F] | undefined };

export interface ReadDraft {
  /** what is kept; of the fields at fault nothing */
  readonly details: ReadDetails;
  readonly faults: ReadonlyMap<DraftField, DraftFault>;
}

/** What reading takes beside the text. */
export interface DraftAround {
  /** the date on the clinic's wall */
  readonly today: string;
  /** the country's code, with which a number that begins with 0 goes on: `+254` */
  readonly dialling?: string | undefined;
}

const LONGEST: Readonly<Partial<Record<DraftField, number>>> = { name: 120, village: 80, cardNumber: 40 };
const SEXES: Readonly<Record<string, Patient["sex"]>> = {
  f: "female",
  w: "female",
  woman: "female",
  female: "female",
  m: "male",
  man: "male",
  male: "male",
  other: "other",
  unknown: "unknown",
};

/** Reads a form. */
export function readDraft(draft: PatientDraft, around: DraftAround): ReadDraft {
  const faults = new Map<DraftField, DraftFault>();
  const values = new Map<DraftField, string>();
  for (const field of DRAFT_FIELDS) {
    const text = draft[field].trim().replaceAll(/\s+/g, " ");
    if (text === "") {
      if (field === "name") faults.set(field, "missing");
      continue;
    }
    const read = readField(field, text, around);
    if ("fault" in read) faults.set(field, read.fault);
    else values.set(field, read.value);
  }
  const { sex: _sex, ...texts } = Object.fromEntries(values);
  const sex = SEXES[values.get("sex") ?? ""];
  return { details: { ...texts, ...(sex && { sex }) }, faults };
}

/** Of what was read those that were typed anew: what others have corrected since the form was opened stays as they have it. */
export function changedDetails(
  { sex, ...texts }: ReadDetails,
  draft: PatientDraft,
  before: PatientDraft,
): ReadDetails {
  const changed = new Set<string>(DRAFT_FIELDS.filter((field) => draft[field] !== before[field]));
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([field]) => changed.has(field))),
    ...(sex !== undefined && changed.has("sex") && { sex }),
  };
}

type Read = { readonly value: string } | { readonly fault: DraftFault };

function readField(field: DraftField, text: string, around: DraftAround): Read {
  if (field === "born") return readBorn(text, around.today);
  if (field === "phone") return readPhone(text, around.dialling);
  if (field === "sex") {
    const value = SEXES[text.toLowerCase()];
    return value === undefined ? { fault: "noSex" } : { value };
  }
  if (field === "language") {
    const value = text.toLowerCase();
    return /^[a-z]{2,3}$/.test(value) ? { value } : { fault: "noLanguage" };
  }
  return text.length > (LONGEST[field] ?? Infinity) ? { fault: "tooLong" } : { value: text };
}

const OLDEST_YEARS = 120;

/**
 * A birthday: `1984-07-03`, `3.7.1984` or `3/7/1984` with the day first, a year alone or an age in years, which are kept as the first of January. The form shows
 * what was read.
 */
export function readBorn(text: string, today: string): Read {
  const year = Number(today.slice(0, 4));
  const alone = /^\d{1,4}$/.exec(text);
  if (alone) {
    const number = Number(text);
    const born = text.length === 4 ? number : number <= OLDEST_YEARS ? year - number : undefined;
    return born === undefined ? { fault: "noDate" } : dated(String(born), "01", "01", today);
  }
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return dated(iso[1], iso[2], iso[3], today);
  const spoken = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(text);
  return spoken ? dated(spoken[3], spoken[2], spoken[1], today) : { fault: "noDate" };
}

function dated(year = "", month = "", day = "", today = ""): Read {
  const value = `${year.padStart(4, "0")}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const [shape] = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.exec(value) ?? [];
  if (shape === undefined || !dateExists(value)) return { fault: "noDate" };
  if (value > today) return { fault: "future" };
  return Number(today.slice(0, 4)) - Number(year) > OLDEST_YEARS ? { fault: "noDate" } : { value };
}

/** Numbers that are cut off or have a digit too many: mobile ones of Kenya, whose landlines are of several lengths, and those of Ethiopia, Tanzania, Uganda and India. */
const NOT_WHOLE = /^\+(?:254[17](?!\d{8}$)|25[156](?!\d{9}$)|91(?!\d{10}$))/;

/** A telephone number as the world dials it; one that begins with a single 0 is of the clinic's country. */
export function readPhone(text: string, dialling?: string): Read {
  const plain = text.replaceAll(/[\s()./-]/g, "").replace(/^00/, "+");
  const value = dialling !== undefined && /^0[1-9]/.test(plain) ? dialling + plain.slice(1) : plain;
  const isWhole = /^\+[1-9]\d{6,14}$/.test(value) && !NOT_WHOLE.test(value);
  return isWhole ? { value } : { fault: "noPhone" };
}

const DIALLING: Readonly<Record<string, string>> = {
  "Africa/Nairobi": "+254",
  "Africa/Kampala": "+256",
  "Africa/Dar_es_Salaam": "+255",
  "Africa/Kigali": "+250",
  "Africa/Addis_Ababa": "+251",
  "Africa/Mogadishu": "+252",
  "Asia/Kolkata": "+91",
};

/** The code of the country a zone is in, where it is one of those that clinics are known in. */
export function diallingOf(zone: string | undefined): string | undefined {
  return DIALLING[zone ?? ""];
}
