import { type NoticeKind, URGENT } from "../plan.ts";
import { english } from "./english.ts";
import { hindi } from "./hindi.ts";
import { swahili } from "./swahili.ts";
import type { Texts, Words } from "./words.ts";

const LANGUAGES = { en: english, sw: swahili, hi: hindi } as const satisfies Record<string, Texts>;

/** A language that notices are written in. */
export type TextLanguage = keyof typeof LANGUAGES;

/** The languages, for the settings. */
export const TEXT_LANGUAGES = ["en", "sw", "hi"] as const satisfies readonly TextLanguage[];

/** The first of these that notices are written in. */
export function languageOf(wished: readonly (string | undefined)[], standard: TextLanguage): TextLanguage {
  for (const each of wished) if (each !== undefined && isTextLanguage(each)) return each;
  return standard;
}

function isTextLanguage(text: string): text is TextLanguage {
  return Object.hasOwn(LANGUAGES, text);
}

/** Whom and where a text names. */
export type Names = Omit<Words, "when">;

/** What is said of an appointment at a local time, `2026-11-24T09:20`: one line for a head, and the text. */
export function compose(
  language: TextLanguage,
  kind: NoticeKind,
  local: string,
  names: Names,
): { readonly title: string; readonly text: string } {
  const texts: Texts = LANGUAGES[language];
  const words = {
    when: whenIn(texts.locale, local),
    patient: shortName(names.patient, texts),
    doctor: shortName(names.doctor, texts),
    clinic: shortName(names.clinic, texts),
  };
  return { title: texts.titles[kind], text: texts.texts[kind](words) };
}

/** What is said of an urgent message that has waited for so many minutes, one at least: one line for a head, and the text. */
export function composeUrgent(
  language: TextLanguage,
  minutes: number,
  { doctor, clinic }: Omit<Names, "patient">,
): { readonly title: string; readonly text: string } {
  const texts: Texts = LANGUAGES[language];
  const words = { minutes, doctor: shortName(doctor, texts), clinic: shortName(clinic, texts) };
  return { title: texts.titles[URGENT], text: texts.urgent(words) };
}

/** `Tuesday 24 November, 09:20`, as the clinic's wall shows it. */
function whenIn(locale: string, local: string): string {
  const format = FORMATS.get(locale) ?? dayFormat(locale);
  FORMATS.set(locale, format);
  return `${format.format(new Date(`${local.slice(0, 10)}T00:00Z`))}, ${local.slice(11, 16)}`;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

function dayFormat(locale: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
}

function shortName(name: string | undefined, { nameCharacters, gsm }: Texts): string | undefined {
  if (name === undefined) return undefined;
  const written = (gsm ? inGsm(name) : name).trim();
  return written.length <= nameCharacters ? written : `${beginning(written, nameCharacters - 1)}.`;
}

/** Without accents, and without what costs a second place in the GSM alphabet or is not in it. */
function inGsm(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[’ʼ`]/gu, "'")
    .replace(/[^A-Za-z0-9 .,'()/&-]/gu, "?");
}

/** As much as has room, no letter cut from its vowel sign: an SMS counts UTF-16 units, people letters. */
function beginning(text: string, most: number): string {
  let shown = "";
  for (const { segment } of LETTERS.segment(text)) {
    if (shown.length + segment.length > most) break;
    shown += segment;
  }
  return shown.trimEnd();
}

const LETTERS = new Intl.Segmenter("en", { granularity: "grapheme" });
