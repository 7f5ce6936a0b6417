import { describe, expect, test } from "vitest";
import { cellAt, type DayHeld, dayGrid } from "../../src/logic/day-grid.ts";
import { at, DATE, leased, NOW, PETER, ROSE, run, sheet, visit } from "../support/day.ts";

function grid(more: Partial<DayHeld>) {
  return dayGrid({
    date: DATE,
    doctors: [ROSE],
    sheetOf: () => undefined,
    visits: [],
    leased: [],
    now: NOW,
    ...more,
  });
}

function states(more: Partial<DayHeld>): readonly string[] {
  return grid(more).rows.map(({ cells }) => cells[0]?.state ?? "");
}

const morning = sheet(ROSE, [run("08:20", "fffbx")]);

describe("a day sheet as a grid", () => {
  test("has a row for every time at which something begins, and says what is past", () => {
    const { rows, columns } = grid({ sheetOf: () => morning });
    expect(rows.map(({ minute }) => minute / 20)).toEqual([25, 26, 27, 28, 29]);
    expect(states({ sheetOf: () => morning })).toEqual(["over", "free", "free", "busy", "blocked"]);
    expect(columns[0]).toMatchObject({ held: true, free: 2 });
  });

  test("has a column for each doctor; where nothing of hers begins there is nothing", () => {
    const { rows } = grid({
      doctors: [ROSE, PETER],
      sheetOf: (doctor) =>
        doctor === ROSE.id ? sheet(ROSE, [run("09:00", "f")]) : sheet(PETER, [run("09:10", "f")]),
    });
    expect(rows.map(({ cells }) => cells.map(({ state }) => state))).toEqual([
      ["free", "none"],
      ["none", "free"],
    ]);
  });

  test("says which doctor's sheet this device does not hold", () => {
    expect(grid({}).columns[0]?.held).toBe(false);
  });

  test("shows who is booked, and in which state", () => {
    const visits = [
      visit(ROSE, "08:40", { status: "arrived" }),
      visit(ROSE, "09:00", { status: "pending", awaits: "clinic", until: NOW + 60_000 }),
      visit(ROSE, "09:20"),
    ];
    expect(states({ sheetOf: () => sheet(ROSE, [run("08:40", "bhb")]), visits })).toEqual([
      "arrived",
      "pending",
      "busy",
    ]);
  });

  test("an appointment longer than a slot goes on in those below", () => {
    const visits = [visit(ROSE, "08:40", { minutes: 40 })];
    expect(states({ sheetOf: () => sheet(ROSE, [run("08:40", "bbf")]), visits })).toEqual([
      "busy",
      "goesOn",
      "free",
    ]);
  });

  test("tells what waits to be sent from what is certain all the same", () => {
    const visits = [
      visit(ROSE, "08:40", { waiting: true }),
      visit(ROSE, "09:00", { waiting: true, confirmed: true }),
      visit(ROSE, "09:20"),
    ];
    const cells = grid({ sheetOf: () => sheet(ROSE, [run("08:40", "bbb")]), visits }).rows.map(
      (row) => row.cells[0],
    );
    expect(cells.map((cell) => [cell?.waiting, cell?.certain])).toEqual([
      [true, false],
      [true, true],
      [false, false],
    ]);
  });

  test("tells this device's own times from another's and from what is kept for somebody", () => {
    const day = sheet(ROSE, [run("09:00", "hhh")], {
      leased: [
        ["ZGV2aWNlZGV2aWNl.1", NOW + 1, [Date.parse(at("09:00")) / 60_000]],
        ["ZGV2aWNlZGV2aWNl.2", NOW + 2, [Date.parse(at("09:20")) / 60_000]],
      ],
      held: [[Date.parse(at("09:40")) / 60_000, NOW + 3]],
    });
    const { rows } = grid({ sheetOf: () => day, leased: [leased(ROSE, "09:00", "08:59")] });
    expect(rows.map(({ cells }) => [cells[0]?.state, cells[0]?.until])).toEqual([
      ["own", Date.parse(at("08:59"))],
      ["lent", NOW + 2],
      ["held", NOW + 3],
    ]);
  });

  test("what is at a time is what is there by now: a lease that ran out promises nothing any more", () => {
    const sheetOf = () => sheet(ROSE, [run("09:00", "f")]);
    const [start, lease] = [at("09:00"), leased(ROSE, "09:00", "08:59")];
    expect(cellAt(grid({ sheetOf, leased: [lease] }), ROSE.id, start).state).toBe("own");
    expect(cellAt(grid({ sheetOf }), ROSE.id, start).state).toBe("free");
    const taken = grid({ sheetOf, visits: [visit(ROSE, "09:00")] });
    expect(cellAt(taken, ROSE.id, start)).toMatchObject({ state: "busy", start });
    expect(cellAt(grid({}), ROSE.id, start)).toMatchObject({ state: "none", start, visits: [] });
    expect(cellAt(taken, PETER.id, start).state).toBe("none");
  });

  test("a hold that is over is free again, whether or not anybody has noted it", () => {
    const day = sheet(ROSE, [run("09:00", "h")], { held: [[Date.parse(at("09:00")) / 60_000, NOW - 1]] });
    expect(states({ sheetOf: () => day })).toEqual(["free"]);
  });

  test("who is on no slot any more still has a row", () => {
    expect(
      states({ sheetOf: () => sheet(ROSE, [run("09:00", "f")]), visits: [visit(ROSE, "09:10")] }),
    ).toEqual(["free", "busy"]);
  });

  test("a group has room until its places are taken", () => {
    const visits = [visit(ROSE, "09:00", { places: 2 })];
    expect(states({ sheetOf: () => sheet(ROSE, [run("09:00", "1", 2)]), visits })).toEqual(["free"]);
    expect(states({ sheetOf: () => sheet(ROSE, [run("09:00", "2", 2)]), visits })).toEqual(["busy"]);
  });

  test("who came without an appointment stands in the queue by her number, not on a row", () => {
    const visits = [
      visit(ROSE, "08:21", { status: "arrived", queue: 2 }),
      visit(ROSE, "08:20", { status: "fulfilled", queue: 1 }),
      visit(ROSE, "08:22", { status: "cancelled", queue: 3 }),
    ];
    const { columns, rows } = grid({ visits });
    expect(columns[0]?.queue.map(({ queue }) => queue)).toEqual([1, 2]);
    expect(rows).toEqual([]);
  });

  test("appointments of other days stay out of it", () => {
    expect(states({ visits: [visit(ROSE, "09:00", { start: "2026-12-01T09:00+03:00" })] })).toEqual([]);
  });
});
