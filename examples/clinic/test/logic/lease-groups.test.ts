import { describe, expect, test } from "vitest";
import { leaseGroups, leasesAsked, runsOf } from "../../src/logic/lease-groups.ts";
import { leased, PETER, ROSE, visit } from "../support/day.ts";

describe("what is certain without a network", () => {
  test("stands by doctor and day, free times beside what was booked at such a time", () => {
    const certain = visit(ROSE, "14:00", { waiting: true, confirmed: true });
    const groups = leaseGroups(
      [ROSE, PETER],
      [leased(ROSE, "14:20", "14:20"), leased(ROSE, "14:40", "14:40")],
      [certain, visit(PETER, "15:00", { waiting: true })],
    );
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ doctor: ROSE, date: "2026-11-30", certain: [certain] });
    expect(groups[0]?.times).toHaveLength(2);
  });

  test("neighbouring times are one stretch", () => {
    const times = ["14:00", "14:20", "15:00"].map((time) => leased(ROSE, time, time));
    expect(
      runsOf(times).map(([first, end]) => [
        first.start.slice(11, 16),
        (end - Date.parse(first.start)) / 60_000,
      ]),
    ).toEqual([
      ["14:00", 40],
      ["15:00", 20],
    ]);
  });

  test("what was asked for and not given yet is told apart", () => {
    const asked = leasesAsked([
      {
        id: "b3BlcmF0aW9ub3Bl.2",
        type: "lease.take",
        input: { doctor: ROSE.id, dates: ["2026-11-30"] },
        lane: "urgent",
        madeAt: 0,
        forecast: "unknown",
      },
    ]);
    expect(asked).toEqual([{ doctor: ROSE.id, dates: ["2026-11-30"] }]);
  });
});
