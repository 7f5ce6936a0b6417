import type { Outcome } from "@healthbridge/client-sdk";
import { describe, expect, test } from "vitest";
import { ARMS } from "../../demand/arms.ts";
import { DAY, instantOf } from "../../demand/calendar.ts";
import { countLeases } from "../../demand/count-leases.ts";
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
    rows: new Map(
      ends.map(([, status], at) => [ids[at] ?? "", { id: ids[at] ?? "", doctor: "d", status, start: 0 }]),
    ),
    doctors: ["d"],
    seen: { everLeased: new Set(), keptFrom: new Map() },
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

describe("with leases", () => {
  const [, , leases] = ARMS;
  const inVain = placed(4, "waitlist");
  const scene = replayed(
    [{ status: "applied" }, "booked"],
    [{ status: "applied" }, "booked"],
    [placed(1), "booked"],
    [inVain, "expired"],
    [{ status: "rejected", problem: { code: "slot_taken" } }, ""],
  );
  const requests = scene.requests.map(({ wanted: each, answer }, at) => ({
    wanted: { ...each, online: at === 4 },
    answer: { ...answer, ...(at % 2 === 0 && { forecast: "confirmed" as const }) },
  }));
  const times = ["08:00", "08:30", "09:00"].map((time) => `d 2027-03-31T${time}+03:00`);
  const [first = "", second = "", third = ""] = times;

  test("a confirmation counts where it came exactly so, and is an error where it did not", () => {
    const broken = { ...scene, requests };
    expect(countLeases(leases, broken, 10)).toMatchObject({ confirmedOffline: 1 / 4 });
    expect(countArm(leases, broken, 10).errors).toBe(2);
    expect(countArm(leases, scene, 10).errors).toBe(0);
  });

  test("a time is lost that nobody had in the end, and somebody who got none could have had", () => {
    const rows = new Map([
      ["a0", { id: "a0", doctor: "d", status: "fulfilled", start: Date.parse("2027-03-31T08:00+03:00") }],
      ["a1", { id: "a1", doctor: "d", status: "cancelled", start: Date.parse("2027-03-31T08:30+03:00") }],
    ]);
    const keptFrom = new Map([
      ["a2", [third]], // got another time: nothing is lost on her
      ["a3", [first, second]],
      ["a4", [second]],
    ]);
    const seen = { everLeased: new Set(times), keptFrom };
    expect(countLeases(leases, { ...scene, requests, rows, seen }, 10)).toMatchObject({
      capacityLost: 1 / 10,
      capacityLostAtMost: 2 / 10,
    });
  });
});

test("of those who are booked, who has the wanted doctor on the wanted day is told apart", () => {
  const scene = replayed([placed(0), "booked"], [placed(2), "booked"], [placed(3), "booked"]);
  const rows = new Map(
    (["d", "d", "other"] as const).map((doctor, at) => [
      `a${at}`,
      {
        id: `a${at}`,
        doctor,
        status: "booked",
        start: instantOf(at === 1 ? wanted.start + DAY : wanted.start),
      },
    ]),
  );
  const [, ranked] = ARMS;
  expect(countArm(ranked, { ...scene, rows }, 10).onTheDay).toBe(1 / 3);
});
