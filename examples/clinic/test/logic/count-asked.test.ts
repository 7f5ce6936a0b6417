import { expect, test } from "vitest";
import { countAsked } from "../../src/logic/count-asked.ts";

const ASKED = ["b3BlcmF0aW9ub3Bl.1", "b3BlcmF0aW9ub3Bl.2", "b3BlcmF0aW9ub3Bl.3"].map((id) => ({ id }));
const [FIRST = { id: "" }, SECOND = { id: "" }] = ASKED;

test("what was asked for is waiting until it is sent, and no longer", () => {
  const waiting = [
    { ...FIRST, forecast: "confirmed" },
    { ...SECOND, forecast: "rejected" },
    { id: "b3BlcmF0aW9ub3Bl.9", forecast: "applied" },
  ] as const;
  expect(countAsked(ASKED, waiting)).toEqual({ waiting: 2, sent: 1, certain: 1, doubtful: 1 });
  expect(countAsked(ASKED, [])).toEqual({ waiting: 0, sent: 3, certain: 0, doubtful: 0 });
});
