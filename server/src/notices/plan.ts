import * as z from "zod";

/** By what somebody can be told, in the words of the settings. */
export const CHANNELS = ["push", "sms", "voice", "email"] as const;
export type Channel = (typeof CHANNELS)[number];

/** The channel of a notice that goes by the first of the operator's that reaches her. */
export const FIRST = "first";

/** Hours in which nobody is woken, as minutes of the day on the clinic's wall: from the first up to, not including, the second; over midnight where it is later. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/** Who is told of an urgent message that has reached no device, and when. */
export interface OnCall {
  /** numbers and e-mail addresses, each once */
  readonly list: readonly string[];
  /** how long it may wait */
  readonly minutes: number;
}

/** What is written for a batch: how the operator wants people to be told. */
export interface NoticePlan {
  /** in the order in which they are tried; none: patients are told of nothing */
  readonly channels: readonly Channel[];
  /** by the first channel that reaches her, or by each that does */
  readonly mode: "first" | "all";
  /** minutes before the start at which people are reminded */
  readonly reminderMinutes: readonly number[];
  readonly quiet: QuietHours | undefined;
  /** left out: nobody is on call */
  readonly onCall?: OnCall | undefined;
}

/** Whether one of the list is an e-mail address; else it is a number. */
export function isEmail(entry: string): boolean {
  return entry.includes("@");
}

/** The kind of a notice to the on-call list, of an urgent message. */
export const URGENT = "urgent";

/** What a notice to a patient tells of. */
export const NoticeKind = z.enum(["confirmation", "reminder", "change", "cancellation", "offer", "expiry"]);
export type NoticeKind = z.infer<typeof NoticeKind>;
