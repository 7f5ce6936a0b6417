/** Reads cursors; what does not belong is left out (the shape was checked). */
export function parseCursors(text: string): Map<number, number> {
  const pairs = text === "" ? [] : text.split(",").map((pair) => pair.split(":"));
  return new Map(pairs.map(([handle, number]) => [Number(handle), Number(number)]));
}

/** Writes cursors. */
export function formatCursors(cursors: Iterable<readonly [number, number]>): string {
  return [...cursors].map(([handle, number]) => `${handle}:${number}`).join(",");
}
