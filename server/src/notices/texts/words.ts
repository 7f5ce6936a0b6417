import type { NoticeKind, URGENT } from "../plan.ts";

/** What a text is made of. Names are there only where the operator allows them; why somebody comes and to what kind of doctor never is. */
export interface Words {
  /** weekday, date and time of day on the clinic's wall */
  readonly when: string;
  readonly patient: string | undefined;
  readonly doctor: string | undefined;
  readonly clinic: string | undefined;
}

/** What an urgent message's text is made of: for how many minutes it has waited, and where. Whom it is about is never in it. */
export interface UrgentWords extends Pick<Words, "doctor" | "clinic"> {
  readonly minutes: number;
}

/** One language. A text has one line, and fits one SMS (in Hindi two) with any names. */
export interface Texts {
  /** as `Intl` takes it */
  readonly locale: string;
  /** characters of a name that are shown */
  readonly nameCharacters: number;
  /** whether the language is written in the GSM alphabet: then names are, too, or one letter would make two messages of one */
  readonly gsm: boolean;
  readonly titles: Readonly<Record<NoticeKind | typeof URGENT, string>>;
  readonly texts: Readonly<Record<NoticeKind, (words: Words) => string>>;
  readonly urgent: (words: UrgentWords) => string;
}
