/** A text as it shall be kept, and what was wrong with it where more than space was taken away. */
export interface Cleaned {
  readonly text: string;
  /** white space, or a dot that stands alone at the end */
  readonly tidied: boolean;
  /** something else was cut off: a person should look at it */
  readonly cut: string | undefined;
}

/** What browsers leave behind when a table is copied from a web page. */
const PAGE_DEBRIS = /javascript:\s*void\(0\);?/giu;

/**
 * Cleans a text as little as possible: one space between words and none around, no invisible characters, no debris of web pages. Spelling, capitals and
 * abbreviations stay as they are: whoever keeps the register knows better.
 */
export function cleanText(raw: string): Cleaned {
  const debris = raw.match(PAGE_DEBRIS)?.join(" ");
  const plain = debris === undefined ? raw : raw.replaceAll(PAGE_DEBRIS, " ");
  const text = plain
    .normalize("NFC")
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .replace(/ \.$/u, "")
    .trim();
  return { text, tidied: text !== plain, cut: debris };
}
