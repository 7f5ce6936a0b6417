import type { Text } from "yjs";

/** Writes what a field shows into a shared text as the one change that was made, so that what others write meanwhile stays. */
export function writeText(shared: Text, next: string): void {
  const before = shared.toJSON();
  if (before === next) return;
  const shorter = Math.min(before.length, next.length);
  let head = 0;
  while (head < shorter && before[head] === next[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === next.at(-1 - tail)) tail += 1;
  shared.doc?.transact(() => {
    if (before.length > head + tail) shared.delete(head, before.length - head - tail);
    if (next.length > head + tail) shared.insert(head, next.slice(head, next.length - tail));
  });
}
