import { createWords } from "@healthbridge/example-design/shell";
import { dateIn, dateOf, onWall } from "./logic/wall.ts";
import { english } from "./words/english.ts";

/** The clinic's app speaks English so far; another language is another catalogue with the same keys. */
export const words = createWords(english, { sw: notYet, hi: notYet });

/** The shell then goes on in English as well: a page in two languages is worse than one in English. */
function notYet(): Promise<never> {
  return Promise.reject(new Error("the clinic's app is not in this language yet"));
}

export const speech = words.speech("en");
export const { t } = speech;

/** An instant (ms) by the clinic's wall; the time alone where it is today there. */
export function whenAt(zone: string, instant: number, now: number): string {
  const start = onWall(zone, instant);
  const time = speech.time(start);
  return dateOf(start) === dateIn(zone, now) ? time : `${speech.day(start)}, ${time}`;
}

/** A text of the catalogue. */
export type Key = keyof typeof english;
