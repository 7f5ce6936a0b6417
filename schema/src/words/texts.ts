import type { PLACING_PROBLEMS } from "../contracts/appointment.ts";
import type { OperationType } from "../contracts/contracts.ts";
import type { ProblemCode } from "../protocol/problems.ts";

/** Operations whose outcome a patient is told of in words. */
export const SPOKEN = [
  "appointment.book",
  "appointment.hold",
  "appointment.confirm",
  "appointment.decline",
  "appointment.reschedule",
  "appointment.cancel",
  "appointment.walkIn",
] as const satisfies readonly OperationType[];

/** The type of such an operation. */
export type SpokenType = (typeof SPOKEN)[number];

/** Codes that have words of their own; of any other the words are `other`. */
export type SpokenCode =
  | (typeof PLACING_PROBLEMS)[number]
  | Extract<
      ProblemCode,
      "hold_limit" | "conflict" | "answer_late" | "dependency_failed" | "rate_limited" | "parked"
    >
  | "other";

/** What a text about something that came true is made of. */
export interface Facts {
  /** weekday, date and time of day on the clinic's wall, where they are known */
  readonly when: string | undefined;
  /** weekday and date alone */
  readonly day: string | undefined;
  /** another doctor than was asked for */
  readonly otherDoctor: boolean;
  /** what came of it where it is not agreed: the clinic has to confirm, or she waits */
  readonly status: "pending" | "waitlist" | undefined;
  /** her number in the queue */
  readonly queue: number | undefined;
}

/** One language. Nothing of it says why somebody comes or to what kind of doctor, and nobody is named. */
export interface Texts {
  /** from Sunday on */
  readonly weekdays: readonly string[];
  readonly months: readonly string[];
  /** what came true */
  readonly done: Readonly<Record<SpokenType, (facts: Facts) => string>>;
  /** what did not */
  readonly refused: Readonly<Record<SpokenType, string>>;
  /** in front of the reasons why it is not as was asked */
  readonly because: string;
  /** in front of what stands in the way of what was had as asked: a device had confirmed it */
  readonly but: string;
  /** in front of the times that could be had */
  readonly free: string;
  /** each reason as a patient understands it, and in a word or two for when there are many: those that come to the same for her share these */
  readonly reasons: Readonly<Record<SpokenCode, readonly [plain: string, short: string]>>;
  /** ends a sentence */
  readonly stop: string;
}

/** `Booked: Tue 24 Nov, 09:20`, or without the time where nobody knows it. */
export function withTime(text: string, when: string | undefined): string {
  return when === undefined ? text : `${text}: ${when}`;
}
