import { shortSum } from "../canonical.ts";
import type { Change } from "./definition.ts";

/**
 * The short sum of what an operation changes, the same on both sides. Day sheets are left out: others change them too, so a feed compares those by its own numbers.
 */
export function foreseenSum(changes: readonly Change[]): string {
  return shortSum(changes.filter(({ kind }) => kind !== "sheet").map(({ kind, entity }) => [kind, entity]));
}
