import { createHash } from "node:crypto";

/** Longer references are shortened to their sum: the SDK keeps up to 200 characters. */
const LONGEST_REFERENCE = 120;

/** A short sum of a row's content: the same content, the same sum. */
export function contentSum(cells: ReadonlyMap<string, string>): string {
  const sorted = [...cells].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return shortSum(JSON.stringify(sorted));
}

/**
 * The reference under which a row's operation is queued, so that the same row is never queued twice: the clinic's own reference where the row has one, else
 * its content and how many rows like it came before it in the file (two like rows are two requests, the same file again is not).
 */
export function rowRef(
  kind: string,
  reference: string | undefined,
  sum: string,
  earlierLikeIt: number,
): string {
  if (reference === undefined) return `${kind}:=${sum}:${earlierLikeIt}`;
  return `${kind}:${reference.length > LONGEST_REFERENCE ? `#${shortSum(reference)}` : reference}`;
}

function shortSum(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
