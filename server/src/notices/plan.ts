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

/** What is written for a batch: how the operator wants people to be told. */
export interface NoticePlan {
  /** in the order in which they are tried; one at least */
  readonly channels: readonly Channel[];
  /** by the first channel that reaches her, or by each that does */
  readonly mode: "first" | "all";
  /** minutes before the start at which people are reminded */
  readonly reminderMinutes: readonly number[];
  readonly quiet: QuietHours | undefined;
}

/** What a notice tells of. */
export const NoticeKind = z.enum(["confirmation", "reminder", "change", "cancellation", "offer", "expiry"]);
export type NoticeKind = z.infer<typeof NoticeKind>;
