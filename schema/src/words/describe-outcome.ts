import type { Problem, Reason } from "../shapes/problem.ts";
import type { Start } from "../shapes/time.ts";
import { MESSAGE_CHARACTERS, WORDS, type WordsLanguage } from "./languages.ts";
import { type Facts, SPOKEN, type SpokenCode, type SpokenType, type Texts } from "./texts.ts";

/** What became of an operation; the SDK's `Outcome` is one. */
export interface OutcomeToTell {
  readonly type: string;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly status: "applied" | "rejected";
  readonly output?: unknown;
  readonly problem?: Pick<Problem, "code" | "reasons" | "alternatives"> | undefined;
}

/** Whether a type is one of those whose outcomes are told. */
export function isSpoken(type: string): type is SpokenType {
  return SPOKEN.some((each) => each === type);
}

/**
 * What became of a booking, a hold, a move, an answer, a cancellation, in a line for the patient: what came true and when, every reason why it is not as she asked,
 * and, where there is room, times that could be had. It fits a text message (`MESSAGE_CHARACTERS`), and says neither who nor why she comes. Times are those of the
 * clinic's wall. `undefined` for operations of which patients are not told.
 *
 * @param start when the appointment is, where the outcome does not say it (`confirm`, `cancel`), or with the doctor's offset where the input was written with another
 *
 * ```ts
 * describeOutcome(outcome, "en"); // "Booked: Tue 24 Nov, 10:00. Not as asked: the time is taken."
 * ```
 */
export function describeOutcome(
  { type, input, status, output, problem }: OutcomeToTell,
  language: WordsLanguage,
  start?: Start,
): string | undefined {
  if (!isSpoken(type)) return undefined;
  const texts = WORDS[language];
  const most = MESSAGE_CHARACTERS[language];
  if (status === "rejected") {
    const { code = "other", reasons = [], alternatives = [] } = problem ?? {};
    const codes = reasons.length === 0 ? [code] : reasons.map((reason) => reason.code);
    const head = `${texts.refused[type]}: `;
    return withTimes(withReasons(head, codes, texts, most), alternatives, texts, most);
  }
  const placed = placedIn(output);
  const head = texts.done[type](factsOf(placed, start ?? textIn(input, "start"), texts)) + texts.stop;
  return placed.missed.length === 0
    ? head
    : withReasons(`${head} ${placed.asAsked ? texts.but : texts.because}`, placed.missed, texts, most);
}

/**
 * Why something was refused, or will probably be, as a patient understands it: a part of a sentence. Of a code that has no words it says that it cannot be done as it was asked.
 *
 * ```ts
 * describeReason("patient_busy", "en"); // "you have another appointment then"
 * ```
 */
export function describeReason(code: string, language: WordsLanguage): string {
  const { reasons } = WORDS[language];
  return reasons[isSpokenCode(code, reasons) ? code : "other"][0];
}

/** What an output says, as far as it says it: it comes from a server of any version. */
interface Placed {
  readonly start: string | undefined;
  readonly asAsked: boolean;
  readonly missed: readonly Reason["code"][];
  readonly otherDoctor: boolean;
  readonly status: Facts["status"];
  readonly queue: number | undefined;
}

function placedIn(output: unknown): Placed {
  const { start, wish, missed, doctor, status, queue } = fieldsOf(output);
  return {
    start: typeof start === "string" ? start : undefined,
    asAsked: wish === 0,
    missed: Array.isArray(missed) ? missed.flatMap((reason) => textIn(reason, "code") ?? []) : [],
    otherDoctor: doctor !== undefined,
    status: status === "pending" || status === "waitlist" ? status : undefined,
    queue: typeof queue === "number" ? queue : undefined,
  };
}

function factsOf(placed: Placed, asked: string | undefined, texts: Texts): Facts {
  const start = placed.start ?? asked;
  const day = start === undefined ? undefined : dayOf(start, texts);
  const when = start === undefined ? undefined : `${dayOf(start, texts)}, ${timeOf(start)}`;
  return { ...placed, day, when };
}

/** Every reason once: in plain words, or, where they do not all fit, in a word or two each. */
function withReasons(head: string, codes: readonly string[], { reasons, stop }: Texts, most: number): string {
  const known = [...new Set(codes.map((code) => (isSpokenCode(code, reasons) ? code : "other")))];
  const plain = `${head}${known.map((code) => reasons[code][0]).join("; ")}${stop}`;
  if (plain.length <= most) return plain;
  const short = new Set(known.map((code) => reasons[code][1]));
  return `${head}${[...short].join(", ")}${stop}`;
}

function isSpokenCode(code: string, reasons: Texts["reasons"]): code is SpokenCode {
  return Object.hasOwn(reasons, code);
}

/** Adds as many of the times as have room, the best first; a day is named once for the times that follow one another on it. */
function withTimes(text: string, times: readonly Start[], texts: Texts, most: number): string {
  let whole = text;
  let added = "";
  for (const [at, start] of times.entries()) {
    const before = times[at - 1];
    const day = before?.slice(0, 10) === start.slice(0, 10) ? "" : `${dayOf(start, texts)} `;
    added = `${added}${before === undefined ? "" : ", "}${day}${timeOf(start)}`;
    const longer = `${text} ${texts.free}${added}${texts.stop}`;
    if (longer.length > most) break;
    whole = longer;
  }
  return whole;
}

/** `Tue 24 Nov`: a start begins with the date on the clinic's wall. */
function dayOf(start: Start, { weekdays, months }: Texts): string {
  const date = new Date(start.slice(0, 10));
  return `${weekdays[date.getUTCDay()] ?? ""} ${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ""}`;
}

function timeOf(start: Start): string {
  return start.slice(11, 16);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textIn(value: unknown, name: string): string | undefined {
  const field = fieldsOf(value)[name];
  return typeof field === "string" ? field : undefined;
}
