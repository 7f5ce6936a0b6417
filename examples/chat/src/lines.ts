import type { ShownMessage } from "@healthbridge/client-sdk/chat";

/** A line, and before it those that are at the server alone. */
export interface PlacedLine extends ShownMessage {
  /** numbers of lines before this one that are not here */
  readonly missing?: { readonly from: number; readonly through: number } | undefined;
}

/** Lines that are held and lines that were fetched, each once, in their order; what waits on this device is last. */
export function placed(
  held: readonly ShownMessage[],
  fetched: readonly ShownMessage[],
): readonly PlacedLine[] {
  const known = new Set(held.map(({ id }) => id));
  const all = [...fetched.filter(({ id }) => !known.has(id)), ...held].toSorted(
    (left, right) => (left.number ?? Infinity) - (right.number ?? Infinity) || 0,
  );
  let before = 0;
  return all.map((line) => {
    const { number } = line;
    if (number === undefined) return line;
    const missing = number > before + 1 ? { from: before + 1, through: number - 1 } : undefined;
    before = number;
    return { ...line, missing };
  });
}

/** `lines 3 to 8 are at the server`. */
export function missingInWords({ from, through }: NonNullable<PlacedLine["missing"]>): string {
  return from === through
    ? `line ${String(from)} is at the server`
    : `lines ${String(from)} to ${String(through)} are at the server`;
}

/**
 * The line that is to be withdrawn: by its number, or the newest of one's own.
 * @returns in words why there is none
 */
export function toWithdraw(
  lines: readonly ShownMessage[],
  number: number | undefined,
): ShownMessage | string {
  const own = lines.filter(({ mine, state }) => mine && state !== "refused");
  const meant =
    number === undefined
      ? own.findLast(({ withdrawn, withdrawing }) => withdrawn !== true && withdrawing !== true)
      : lines.find((each) => each.number === number);
  if (meant === undefined)
    return number === undefined
      ? "There is no line of yours here."
      : `There is no line ${String(number)} here.`;
  return meant.mine ? meant : "Only who wrote a line can withdraw it.";
}
