import { english } from "./english.ts";
import { hindi } from "./hindi.ts";
import { swahili } from "./swahili.ts";
import type { Texts } from "./texts.ts";

/** The languages in which outcomes are told. */
export const WORDS = { en: english, sw: swahili, hi: hindi } as const satisfies Readonly<
  Record<string, Texts>
>;

/** A language in which outcomes are told. */
export type WordsLanguage = keyof typeof WORDS;

/**
 * Characters a text has at most, so that it fits a text message: one of the GSM alphabet, and in Hindi, of whose letters 67 go into a part, two.
 */
export const MESSAGE_CHARACTERS = { en: 160, sw: 160, hi: 134 } as const satisfies Readonly<
  Record<WordsLanguage, number>
>;

/**
 * The first of these languages in which outcomes are told, as a browser's `navigator.languages` names them; English where none is.
 *
 * ```ts
 * wordsLanguage(["luo", "sw-KE", "en"]); // "sw"
 * ```
 */
export function wordsLanguage(wished: readonly string[]): WordsLanguage {
  for (const tag of wished) {
    const [language = ""] = tag.toLowerCase().split("-");
    if (isWordsLanguage(language)) return language;
  }
  return "en";
}

function isWordsLanguage(text: string): text is WordsLanguage {
  return Object.hasOwn(WORDS, text);
}
