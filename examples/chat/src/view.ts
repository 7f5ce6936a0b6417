import type { Entry } from "./entries.ts";
import type { PlacedLine } from "./lines.ts";

/** What there is to be seen at one moment. */
export interface View {
  /** who is signed in */
  readonly name: string;
  /** whether the network is there, in words */
  readonly network: string;
  /** who else looks at what is open, in words; empty where nobody is known to */
  readonly company: string;
  readonly entries: readonly Entry[];
  /** the conversation that is open; none: the list is */
  readonly open?: OpenConversation | undefined;
}

export interface OpenConversation {
  readonly entry: Entry;
  /** all lines that are known here, the oldest first */
  readonly lines: readonly PlacedLine[];
  /** how many of the newest are hidden, because somebody looks at older ones */
  readonly hidden: number;
}

/** How a view comes before somebody's eyes: a screen that is drawn anew, or lines one after another. */
export interface Face {
  /** lines of a conversation that are before somebody's eyes at once */
  readonly page: number;
  /** Something may look different now. */
  show(view: View): void;
  /** Something was typed: what was said last has been read. */
  typed(): void;
  /** What is shown next is shown whole, also where it was shown before. */
  again(): void;
  /** Says something in answer. */
  tell(...lines: readonly string[]): void;
  /** Shows a longer text. */
  read(title: string, lines: readonly string[]): void;
}

/** `Ekai Lokwang with Dr Jane Ekai`. */
export function titleOf({ patient, doctor }: Entry): string {
  return `${patient} with ${doctor}`;
}

/** When an appointment is, by the clock on the doctor's wall: `Tue 24 Nov at 14:00`. */
export function whenOf({ start }: Entry): string {
  if (start === undefined) return "";
  const date = new Date(`${start.slice(0, 10)}T00:00Z`);
  const format = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" } as const;
  return `${date.toLocaleDateString("en-GB", format).replace(",", "")} at ${start.slice(11, 16)}`;
}
