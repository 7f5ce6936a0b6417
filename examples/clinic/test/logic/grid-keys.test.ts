import { describe, expect, test } from "vitest";
import { dayGrid } from "../../src/logic/day-grid.ts";
import { placeAfter } from "../../src/logic/grid-keys.ts";
import { DATE, NOW, PETER, ROSE, run, sheet } from "../support/day.ts";

/** Rose at 09:00, 09:20, 09:40; Peter at 09:00 and 09:40 only. */
const grid = dayGrid({
  date: DATE,
  doctors: [ROSE, PETER],
  sheetOf: (doctor) =>
    doctor === ROSE.id
      ? sheet(ROSE, [run("09:00", "fff")])
      : sheet(PETER, [run("09:00", "f"), run("09:40", "f")]),
  visits: [],
  leased: [],
  now: NOW,
});

function press(key: string, row: number, column: number, ctrlKey = false) {
  const place = placeAfter(grid, { row, column }, { key, ctrlKey });
  return place && [place.row, place.column];
}

describe("keys in the grid of a day", () => {
  test("arrows go to the next cell", () => {
    expect(press("ArrowDown", 0, 0)).toEqual([1, 0]);
    expect(press("ArrowUp", 1, 0)).toEqual([0, 0]);
    expect(press("ArrowRight", 0, 0)).toEqual([0, 1]);
  });

  test("arrows pass over where nothing is", () => {
    expect(press("ArrowDown", 0, 1)).toEqual([2, 1]);
    expect(press("ArrowUp", 2, 1)).toEqual([0, 1]);
  });

  test("at an edge one stays", () => {
    expect(press("ArrowUp", 0, 0)).toEqual([0, 0]);
    expect(press("ArrowRight", 1, 0)).toEqual([1, 0]);
    expect(press("ArrowDown", 2, 0)).toEqual([2, 0]);
  });

  test("Home and End go to the ends of a row, with Control to the corners", () => {
    expect(press("End", 0, 0)).toEqual([0, 1]);
    expect(press("Home", 2, 1)).toEqual([2, 0]);
    expect(press("Home", 2, 1, true)).toEqual([0, 0]);
    expect(press("End", 0, 0, true)).toEqual([2, 1]);
  });

  test("pages stop at the ends", () => {
    expect(press("PageDown", 0, 0)).toEqual([2, 0]);
    expect(press("PageUp", 2, 0)).toEqual([0, 0]);
  });

  test("other keys are somebody else's", () => {
    expect(press("a", 0, 0)).toBeUndefined();
    expect(press("Tab", 0, 0)).toBeUndefined();
  });
});
