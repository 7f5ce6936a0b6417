import type { DayGrid } from "./day-grid.ts";

/** Where the keyboard is in a grid. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Rows that one press of Page Up or Page Down passes. */
const PAGE = 6;

/**
 * Where a key leads from a cell (the pattern of an ARIA grid): arrows to the next cell in which something is, Home and End to the ends of a row, with Control to the
 * first and the last row, Page Up and Page Down by rows. `undefined`: the key means nothing here.
 */
export function placeAfter(
  { rows, columns }: DayGrid,
  place: Place,
  { key, ctrlKey }: { readonly key: string; readonly ctrlKey: boolean },
): Place | undefined {
  const lastRow = rows.length - 1;
  const lastColumn = columns.length - 1;
  const step = STEPS[key];
  if (step) {
    const filled = (at: Place): boolean => (rows[at.row]?.cells[at.column]?.state ?? "none") !== "none";
    let at = plus(place, step);
    while (at.row >= 0 && at.row <= lastRow && at.column >= 0 && at.column <= lastColumn) {
      if (filled(at)) return at;
      at = plus(at, step);
    }
    return place;
  }
  if (key === "Home") return { row: ctrlKey ? 0 : place.row, column: 0 };
  if (key === "End") return { row: ctrlKey ? lastRow : place.row, column: lastColumn };
  if (key === "PageUp") return { ...place, row: Math.max(0, place.row - PAGE) };
  if (key === "PageDown") return { ...place, row: Math.min(lastRow, place.row + PAGE) };
  return undefined;
}

const STEPS: Readonly<Record<string, Place>> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
};

function plus(place: Place, step: Place): Place {
  return { row: place.row + step.row, column: place.column + step.column };
}
