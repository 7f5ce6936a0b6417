import { LIMITS } from "@healthbridge/schema";
import { COMMON_PARTS, COMMON_SENTENCES } from "./common-passwords.ts";

/**
 * Whether a password is too weak to be taken (NIST SP 800-63B-4): shorter than 15 characters, or well known, or made of
 * nothing but well known parts. No rule about kinds of characters, no expiry. Characters are counted as people see code points.
 */
export function isWeakPassword(password: string, login: string): boolean {
  const typed = password.normalize("NFC");
  if (Array.from(typed).length < LIMITS.passwordCharacters.least) return true;
  const plain = squeezed(typed);
  if (COMMON_SENTENCES.has(plain)) return true;
  return isMadeOfCommonParts(plain, login) || isMadeOfCommonParts(withoutDisguise(typed), login);
}

/** Fewer characters than this beside well known parts is no secret of one's own. */
const LEAST_OWN_CHARACTERS = 5;
/** More different parts than this is a passphrase, even where each word is known. */
const MOST_COMMON_PARTS = 3;

function isMadeOfCommonParts(plain: string, login: string): boolean {
  const found = new Set<string>();
  let rest = plain;
  for (const part of [squeezed(login), ...COMMON_PARTS]) {
    if (part.length < 3 || !rest.includes(part)) continue;
    found.add(part);
    rest = rest.replaceAll(part, " ");
  }
  const own = withoutRuns(rest).replaceAll(" ", "");
  const different = new Set(own).size;
  return different < LEAST_OWN_CHARACTERS && found.size <= MOST_COMMON_PARTS;
}

/** `P@ssw0rd` reads as `password`. */
function withoutDisguise(typed: string): string {
  const signs: Readonly<Record<string, string>> = {
    "@": "a",
    "4": "a",
    "3": "e",
    "1": "i",
    "!": "i",
    "0": "o",
    "5": "s",
    $: "s",
    "7": "t",
  };
  return squeezed(
    Array.from(typed)
      .map((sign) => signs[sign] ?? sign)
      .join(""),
  );
}

/** Without spaces and punctuation, which people sprinkle over well known words; pictures stay. */
function squeezed(text: string): string {
  return text.toLowerCase().replaceAll(/[\p{P}\p{Z}\p{C}$+<=>^`|~]/gu, "");
}

const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "azertyuiop",
  "qwertzuiop",
].flatMap((row) => [row, Array.from(row).toReversed().join("")]);
const SHORTEST_RUN = 3;

/** Takes out stretches of neighbouring keys or letters: `abcd`, `4321`, `asdf`. */
function withoutRuns(text: string): string {
  let left = "";
  for (let at = 0; at < text.length;) {
    const length = runLength(text, at);
    if (length >= SHORTEST_RUN) at += length;
    else left += text.charAt(at++);
  }
  return left;
}

/** How many characters from here on lie side by side in one of the rows. */
function runLength(text: string, at: number): number {
  const lengths = ROWS.map((row) => commonStart(text.slice(at), row.slice(row.indexOf(text.charAt(at)))));
  return Math.max(...lengths);
}

function commonStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left.charAt(length) === right.charAt(length)) length += 1;
  return length;
}
