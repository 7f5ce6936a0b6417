/** Where a device stands in a feed: the number of the last change it was shown and, while it reads the feed from its beginning, the feed's newest number when that began. */
export interface Cursor {
  readonly cursor: number;
  readonly begun?: number | undefined;
}

/** Reads cursors; what does not belong is left out (the shape was checked). */
export function parseCursors(text: string): Map<number, Cursor> {
  const parts = text === "" ? [] : text.split(",").map((part) => part.split(":").map(Number));
  return new Map(parts.map(([handle = 0, cursor = 0, begun]) => [handle, { cursor, begun }]));
}

/** Writes cursors. */
export function formatCursors(cursors: Iterable<readonly [number, Cursor]>): string {
  return [...cursors]
    .map(([handle, { cursor, begun }]) => `${handle}:${cursor}${begun ? `:${begun}` : ""}`)
    .join(",");
}
