import { type ShownMessage, withGaps } from "../chat/shown-message.ts";

const FURTHER = { sent: 1, delivered: 2, read: 3 } as const;

/**
 * Lines a device holds with older ones that were read at the server, which it does not keep, in their order. Where both have a line the device's is the newer word. The marks of a
 * conversation only go forward, so an older line of one's own has come at least as far as a newer one.
 */
export function withEarlier(
  held: readonly ShownMessage[],
  earlier: readonly ShownMessage[],
): readonly ShownMessage[] {
  if (earlier.length === 0) return held;
  const ids = new Set(held.map(({ id }) => id));
  const numbered = [...earlier.filter(({ id }) => !ids.has(id)), ...held.filter(isNumbered)].toSorted(
    (left, right) => (left.number ?? 0) - (right.number ?? 0),
  );
  const plain = numbered.map(({ gapBefore: _seenAlone, ...line }) => line);
  return [...withGaps(asFarAsNewer(plain)), ...held.filter((line) => !isNumbered(line))];
}

/** Lines before which others are missing on this device. */
export function hasGap(lines: readonly ShownMessage[]): boolean {
  return lines.some(({ gapBefore }) => gapBefore === true);
}

function isNumbered({ number, state }: ShownMessage): boolean {
  return number !== undefined && state !== "waiting" && state !== "refused";
}

function asFarAsNewer(lines: readonly ShownMessage[]): readonly ShownMessage[] {
  let furthest: keyof typeof FURTHER = "sent";
  return lines
    .toReversed()
    .map((line) => {
      const { state } = line;
      if (state !== "sent" && state !== "delivered" && state !== "read") return line;
      if (FURTHER[state] > FURTHER[furthest]) furthest = state;
      return furthest === state ? line : { ...line, state: furthest };
    })
    .toReversed();
}
