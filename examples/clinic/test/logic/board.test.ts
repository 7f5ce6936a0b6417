import { describe, expect, test } from "vitest";
import { boardOf, numberless, type Ticket, withCalled } from "../../src/logic/board.ts";
import type { Visit } from "../../src/logic/day-grid.ts";
import { DATE, PETER, ROSE, visit } from "../support/day.ts";

function labels(visits: readonly Visit[], called = {}) {
  const [row] = boardOf([ROSE], visits, DATE, called);
  const labelsOf = (tickets: readonly Ticket[] = []) => tickets.map(({ label }) => label);
  return { called: row?.called?.label, next: labelsOf(row?.next), before: labelsOf(row?.before) };
}

const booked = visit(ROSE, "09:00", { status: "arrived" });
const walkIn = visit(ROSE, "08:40", { status: "arrived", queue: 7 });
const late = visit(ROSE, "09:20", { status: "arrived", queue: 8 });

describe("the board of the waiting room", () => {
  test("shows numbers and agreed times by the hour, nobody's name", () => {
    expect(labels([late, booked, walkIn])).toEqual({
      called: undefined,
      next: ["7", "09:00", "8"],
      before: [],
    });
  });

  test("who cannot wait goes first", () => {
    expect(labels([walkIn, booked, { ...late, urgency: "urgent" }]).next).toEqual(["8", "7", "09:00"]);
  });

  test("who is called stands alone, and is gone once she was seen", () => {
    const called = withCalled({}, ROSE.id, walkIn.id);
    expect(labels([walkIn, booked], called)).toEqual({ called: "7", next: ["09:00"], before: [] });
    expect(labels([{ ...walkIn, status: "fulfilled" }, booked], called)).toEqual({
      called: undefined,
      next: ["09:00"],
      before: [],
    });
  });

  test("who was called before another is next no more, until somebody says that she was seen or calls her again", () => {
    const first = withCalled({}, ROSE.id, walkIn.id);
    const second = withCalled(first, ROSE.id, booked.id);
    const all = [walkIn, booked, late];
    expect(labels(all, second)).toEqual({ called: "09:00", next: ["8"], before: ["7"] });
    expect(labels([{ ...walkIn, status: "fulfilled" }, booked, late], second).before).toEqual([]);
    const again = withCalled(second, ROSE.id, walkIn.id);
    expect(labels(all, again)).toEqual({ called: "7", next: ["8"], before: ["09:00"] });
  });

  test("who has not come yet, and other days, are not on it", () => {
    expect(labels([visit(ROSE, "10:00"), { ...walkIn, start: "2026-11-29T08:40+03:00" }]).next).toEqual([]);
  });

  test("each doctor has her own row", () => {
    expect(boardOf([ROSE, PETER], [walkIn], DATE, {}).map(({ next }) => next.length)).toEqual([1, 0]);
  });

  test("who asked for a number without a network waits without one: the server gives it", () => {
    const asked = {
      id: "b3BlcmF0aW9ub3Bl.7",
      type: "appointment.walkIn",
      input: { patient: walkIn.patient, doctor: ROSE.id },
      lane: "normal",
      madeAt: 0,
      forecast: "unknown",
    } as const;
    expect(numberless([asked, { ...asked, type: "appointment.book" }])).toEqual([
      { operation: asked.id, patient: walkIn.patient, doctor: ROSE.id },
    ]);
  });
});
