/** One change of a text: so many characters gone at a place, and others put there. UTF-16 code units, as in a text field and in Yjs. */
export interface Splice {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

/**
 * The one stretch in which two texts differ. Which of two equal letters was typed cannot be seen in the texts, so the caret says it: what was typed ends where it stands.
 * @param caret where the caret stands in `after`
 */
export function spliceOf(before: string, after: string, caret: number): Splice {
  const most = Math.min(before.length, after.length);
  const tail = after.length - caret;
  let end = 0;
  // What is behind the caret was not touched, as far as it is the same.
  while (end < Math.min(most, tail) && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  let start = 0;
  while (start < most - end && before[start] === after[start]) start += 1;
  while (start + end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return whole(before, after, start, end);
}

/** Half a character (a surrogate alone) cannot travel: the stretch is made larger by the other half. */
function whole(before: string, after: string, start: number, end: number): Splice {
  const splits = (text: string, at: number): boolean => isHigh(text, at - 1) && isLow(text, at);
  const from = splits(before, start) || splits(after, start) ? start - 1 : start;
  const cut = splits(before, before.length - end) || splits(after, after.length - end) ? end - 1 : end;
  return {
    at: from,
    removed: before.length - cut - from,
    inserted: after.slice(from, after.length - cut),
  };
}

function isHigh(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000;
}

/** A change as Yjs tells it, in order: what stays, what goes, what is new. */
export type Delta = ReadonlyArray<{
  readonly retain?: number | undefined;
  readonly delete?: number | undefined;
  readonly insert?: unknown;
}>;

/** Where a place in a text is after a change. */
export interface Place {
  readonly at: number;
  /** the character that stood behind the place was removed */
  readonly gone: boolean;
}

/** @param side where something is put exactly at the place: it stays `before` that, or comes `after` it */
export function placeAfter(delta: Delta, place: number, side: "before" | "after" = "before"): Place {
  let read = 0;
  let written = 0;
  for (const { retain = 0, delete: removed = 0, insert } of delta) {
    if (insert !== undefined) {
      if (read === place && side === "before") break;
      written += typeof insert === "string" ? insert.length : 1;
      continue;
    }
    if (place < read + removed) return { at: written, gone: true };
    if (place < read + retain) break;
    read += retain + removed;
    written += retain;
  }
  return { at: written + place - read, gone: false };
}
