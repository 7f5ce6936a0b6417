import { splitSheetId, type StreamId } from "@healthbridge/schema";
import type { Feed, FeedEntry } from "./data.ts";

/** What a device has not seen, in order. What its stream made counts from where somebody else last changed it. */
export function entriesAfter(
  { entries }: Feed,
  cursor: number,
  stream: StreamId | undefined,
): ReadonlyArray<{ readonly entry: FeedEntry; readonly number: number }> {
  return [...entries.values()]
    .map((entry) => ({
      entry,
      number: stream !== undefined && entry.origin === stream ? entry.other : entry.number,
    }))
    .filter(({ number }) => number > cursor)
    .toSorted((left, right) => left.number - right.number);
}

/** A device that holds nothing needs to hear neither of what is gone nor of days that are over. */
export function isWorthShowing({ kind, id, gone }: FeedEntry, yesterday: string): boolean {
  return !gone && !(kind === "sheet" && splitSheetId(id).date < yesterday);
}
