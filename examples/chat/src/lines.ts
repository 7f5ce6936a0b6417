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
