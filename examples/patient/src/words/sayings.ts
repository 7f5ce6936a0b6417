import type { Speech } from "@healthbridge/example-design/shell";
import type { Start } from "@healthbridge/schema/client";
import { en, type Key } from "./en.ts";

/** The text under a name that was put together; `undefined` where there is none. */
export function keyOf(name: string): Key | undefined {
  return isKey(name) ? name : undefined;
}

function isKey(name: string): name is Key {
  return Object.hasOwn(en, name);
}

/** `900 m`, `2.4 km`, `31 km`. */
export function distance(speech: Pick<Speech<Key>, "amount">, metres: number): string {
  const near = Math.max(50, Math.round(metres / 50) * 50);
  return metres < 950
    ? speech.amount(near, "meter", "short")
    : speech.amount(metres / 1_000, "kilometer", "short");
}

/** `340 kB`, `1.2 MB`. */
export function bytes(speech: Pick<Speech<Key>, "amount">, count: number): string {
  return count < 1_000_000
    ? speech.amount(count / 1_000, "kilobyte", "short")
    : speech.amount(count / 1_000_000, "megabyte", "short");
}

/** `Tue, 1 Dec, 09:20` on the wall of the clinic. */
export function dayAndTime(speech: Pick<Speech<Key>, "day" | "time">, start: Start): string {
  return `${speech.day(start)}, ${speech.time(start)}`;
}

/** `Today at 09:20: Dr Achieng, Lodwar Hospital.`; of doctor and clinic only what this phone knows already. */
export function reminder(
  { t, time }: Pick<Speech<Key>, "t" | "time">,
  start: Start,
  day: "today" | "tomorrow",
  known: ReadonlyArray<string | undefined>,
): string {
  const where = known.filter(Boolean).join(", ");
  return where === ""
    ? t(`home.${day}Alone`, { time: time(start) })
    : t(`home.${day}`, { time: time(start), where });
}

/** A speciality as patients call it; one that has no name here as the directory has it. */
export function speciality({ t }: Pick<Speech<Key>, "t">, name: string): string {
  const key = keyOf(`speciality.${name}`);
  return key === undefined ? plainly(name) : t(key);
}

/** A kind of visit. */
export function kindOfVisit({ t }: Pick<Speech<Key>, "t">, kind: string): string {
  const key = keyOf(`kind.${kind}`);
  return key === undefined ? plainly(kind) : t(key);
}

/** Languages of patients for which browsers have no name. */
const OTHER_LANGUAGES: Readonly<Record<string, string>> = {
  mij: "Mijikenda",
  nyf: "Giriama",
  dig: "Digo",
  pko: "Pokot",
  rel: "Rendille",
  tuv: "Turkana",
};

/** A language by its code, as speakers of this one call it. */
export function languageName({ language }: Pick<Speech<Key>, "language">, code: string): string {
  const named = new Intl.DisplayNames([language, "en"], { type: "language", fallback: "none" }).of(code);
  return named ?? OTHER_LANGUAGES[code] ?? code;
}

/** `19 July 1991` */
export function birthday({ language }: Pick<Speech<Key>, "language">, date: string): string {
  const format = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, format).format(Date.parse(date));
}

function plainly(name: string): string {
  const text = name.replaceAll("-", " ");
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
