import type { Outcome } from "@healthbridge/client-sdk";
import { expect, test } from "vitest";
import { ARMS } from "../../demand/arms.ts";
import { countArm } from "../../demand/count.ts";
import type { Replayed } from "../../demand/replay.ts";
import type { Wanted } from "../../demand/generate.ts";

const wanted: Wanted = {
  number: 0,
  madeAt: 0,
  clinic: 0,
  online: false,
  doctor: 0,
  start: 100,
  fate: "attended",
  cancelsAt: undefined,
};
const asked = { doctor: "d", start: "2027-03-31T08:00+03:00" };

/** Requests with the status their appointment has in the end. */
function replayed(
  ...ends: readonly (readonly [Pick<Outcome, "status" | "output" | "problem">, string])[]
): Replayed {
  const about = { type: "appointment.book", input: {}, lane: "normal", madeAt: 0 } as const;
  const ids = ends.map((_, at) => `a${at}`);
  return {
    requests: ends.map(([outcome], at) => {
      const appointment = ids[at] ?? "";
      return {
        wanted,
        answer: {
          appointment,
          asked,
          forecast: "applied",
          outcome: { ...about, ...outcome, id: appointment },
        },
      };
    }),
    rows: new Map(ends.map(([, status], at) => [ids[at] ?? "", { id: ids[at] ?? "", status, start: 0 }])),
    gotATime: new Set(["a5"]),
    failures: 0,
  };
}

const placed = (wish: number, status?: "waitlist") => ({
  status: "applied" as const,
  output: { start: asked.start, wish, missed: [], ...(status && { status }) },
});

test("a request counts as booked where nobody had to do anything more, by what it came to its time", () => {
  const [, ranked] = ARMS;
  const result = countArm(
    ranked,
    replayed(
      [{ status: "applied" }, "fulfilled"],
      [{ status: "applied" }, "cancelled"], // booked first, cancelled later
      [placed(2), "noshow"],
      [placed(4, "waitlist"), "booked"], // given a time that came free
      [placed(4, "waitlist"), "expired"],
      [placed(4, "waitlist"), "cancelled"], // given a time, which was cancelled then
      [placed(4, "waitlist"), "cancelled"],
      [{ status: "rejected", problem: { code: "start_passed" } }, ""],
    ),
    10,
  );
  expect(result).toMatchObject({
    booked: 5 / 8,
    by: { asAsked: 2 / 8, sameDay: 0, sameDoctor: 1 / 8, anyDoctor: 0, waitingList: 2 / 8 },
    notBooked: { waitedInVain: 2, start_passed: 1 },
    slotsUsed: 3 / 10,
    errors: 0,
  });
});

test("what a client should never see is an error", () => {
  const [single] = ARMS;
  const { errors } = countArm(
    single,
    replayed([{ status: "rejected", problem: { code: "internal" } }, ""]),
    10,
  );
  expect(errors).toBe(1);
});
