import type { Outcome, Waiting } from "@healthbridge/client-sdk";
import { describe, expect, test } from "vitest";
import { dayPicture, fateOf } from "../../src/logic/day-picture.ts";

function outcome(more: Partial<Outcome>): Outcome {
  return {
    id: "b3BlcmF0aW9ub3Bl.1",
    type: "appointment.book",
    input: {},
    status: "applied",
    lane: "normal",
    madeAt: 0,
    ...more,
  };
}

function waiting(more: Partial<Waiting>): Waiting {
  return {
    id: "b3BlcmF0aW9ub3Bl.2",
    type: "appointment.book",
    input: {},
    lane: "normal",
    madeAt: 0,
    forecast: "applied",
    ...more,
  };
}

describe("what became of something", () => {
  test.each([
    ["done", outcome({})],
    ["refused", outcome({ status: "rejected" })],
    [
      "otherwise",
      outcome({ output: { start: "2026-11-30T09:40+03:00", wish: 1, missed: [{ code: "slot_taken" }] } }),
    ],
    [
      "otherwise",
      outcome({ output: { start: "2026-11-30T09:40+03:00", wish: 0, missed: [], status: "pending" } }),
    ],
    ["done", outcome({ type: "appointment.walkIn", output: { queue: 3, start: "2026-11-30T09:40+03:00" } })],
  ])("%s", (fate, each) => {
    expect(fateOf(each)).toBe(fate);
  });
});

describe("the picture of a day", () => {
  const picture = dayPicture(
    "Grace",
    [
      outcome({}),
      outcome({ status: "rejected" }),
      outcome({ type: "conversation.markRead" }),
      outcome({ type: "lease.giveBack" }),
    ],
    [waiting({}), waiting({ forecast: "confirmed" }), waiting({ forecast: "rejected" })],
    [{ name: "Peter", waiting: 9 }],
    "offline",
  );

  test("counts each worker's doing; of the others only what waits is known", () => {
    expect(picture.bars).toEqual([
      {
        name: "Grace",
        own: true,
        total: 5,
        counts: { done: 1, otherwise: 0, refused: 1, certain: 1, waiting: 2 },
      },
      {
        name: "Peter",
        own: false,
        total: 9,
        counts: { done: 0, otherwise: 0, refused: 0, certain: 0, waiting: 9 },
      },
    ]);
    expect(picture.most).toBe(9);
  });

  test("says why each is not sent", () => {
    expect(picture.unsent.map(({ why }) => why)).toEqual(["noNetwork", "noNetwork", "willBeRefused"]);
  });

  test("what the device does of itself is not counted", () => {
    expect(picture.done).toHaveLength(1);
  });
});
