import { PlacedOutput } from "@healthbridge/schema";
import type { Arm } from "./arms.ts";
import { dateOf, minuteOf } from "./calendar.ts";
import type { Replayed } from "./replay.ts";

/** How a request came to its time. */
const WAYS = ["asAsked", "sameDay", "sameDoctor", "anyDoctor", "waitingList"] as const;
export type Way = (typeof WAYS)[number];

/** What one arm came to; shares from 0 to 1. */
export interface ArmResult {
  /** of the offline requests: those that ended booked without anybody doing anything more */
  readonly booked: number;
  /** of the offline requests: by what they came to their time */
  readonly by: Readonly<Record<Way, number>>;
  /** of the offline requests that ended booked: those that came to the wanted doctor on the wanted day, whatever was asked for */
  readonly onTheDay: number;
  /** offline requests that did not, by reason */
  readonly notBooked: Readonly<Record<string, number>>;
  /** of the requests of those who were online: those that ended booked */
  readonly onlineBooked: number;
  /** of all that were ever booked: what became of them */
  readonly fates: Readonly<Record<"attended" | "cancelled" | "missed" | "unnoted", number>>;
  /** of the doctors' slots: those that were somebody's in the end */
  readonly slotsUsed: number;
  /** answers a client should never see, exchanges that failed, and confirmations that came otherwise */
  readonly errors: number;
}

/** Answers a client should never see. */
const ERRORS: ReadonlySet<string> = new Set(["parked", "internal", "unavailable", "malformed"]);
/** How an appointment stands that has its time. */
export const KEPT: ReadonlySet<string> = new Set(["booked", "arrived", "fulfilled", "noshow"]);

type Request = Replayed["requests"][number];

/** Counts what a replay came to. */
export function countArm(arm: Arm, replayed: Replayed, slots: number): ArmResult {
  const [online, offline] = [true, false].map((wanted) =>
    replayed.requests.filter((each) => each.wanted.online === wanted),
  );
  const ends = (offline ?? []).map((request) => endOf(request, arm, replayed));
  const onlineEnds = (online ?? []).map((request) => endOf(request, arm, replayed));
  const share = (way: Way): number => ends.filter((end) => end === way).length / ends.length;
  const lost = ends.filter((end) => !isWay(end));
  const broken = replayed.requests.filter(
    (request) => request.answer.forecast === "confirmed" && endOf(request, arm, replayed) !== "asAsked",
  );
  const codes = replayed.requests.map(({ answer }) => answer.outcome?.problem?.code ?? "");
  return {
    booked: ends.filter(isWay).length / ends.length,
    by: {
      asAsked: share("asAsked"),
      sameDay: share("sameDay"),
      sameDoctor: share("sameDoctor"),
      anyDoctor: share("anyDoctor"),
      waitingList: share("waitingList"),
    },
    onTheDay: onTheDay(
      (offline ?? []).filter((_, at) => isWay(ends[at] ?? "")),
      replayed,
    ),
    notBooked: Object.fromEntries(
      [...Map.groupBy(lost, (end) => end)].map(([end, all]) => [end, all.length]),
    ),
    onlineBooked: onlineEnds.filter(isWay).length / onlineEnds.length,
    fates: fatesOf(replayed, arm),
    slotsUsed: [...replayed.rows.values()].filter(({ status }) => KEPT.has(status)).length / slots,
    errors: replayed.failures + broken.length + codes.filter((code) => ERRORS.has(code)).length,
  };
}

/** The share of booked requests that came to the doctor and the day that were wanted at first. */
function onTheDay(booked: readonly Request[], { rows, doctors }: Replayed): number {
  const so = booked.filter(({ wanted, answer }) => {
    const row = rows.get(answer.appointment);
    if (row === undefined || row.doctor !== doctors[wanted.doctor]) return false;
    return dateOf(minuteOf(row.start)) === dateOf(wanted.start);
  });
  return so.length / booked.length;
}

export function isWay(end: string): end is Way {
  return WAYS.some((way) => way === end);
}

/** The way in which a request came to its time, or why it did not. */
export function endOf({ answer }: Request, arm: Arm, { rows, gotATime }: Replayed): string {
  const { appointment, outcome } = answer;
  if (outcome === undefined) return "unanswered";
  if (outcome.status === "rejected") return outcome.problem?.code ?? "rejected";
  const placed = PlacedOutput.safeParse(outcome.output);
  if (!placed.success) return "asAsked";
  const { wish, status } = placed.data;
  if (status === "waitlist") {
    const got = KEPT.has(rows.get(appointment)?.status ?? "") || gotATime.has(appointment);
    return got ? "waitingList" : "waitedInVain";
  }
  return wish === 0 ? "asAsked" : (arm.ifTaken[wish - 1]?.wish ?? "sameDay");
}

function fatesOf(replayed: Replayed, arm: Arm): ArmResult["fates"] {
  const booked = replayed.requests.filter((request) => isWay(endOf(request, arm, replayed)));
  const statuses = booked.map(({ answer }) => replayed.rows.get(answer.appointment)?.status);
  const share = (status: string): number => statuses.filter((each) => each === status).length / booked.length;
  return {
    attended: share("fulfilled"),
    cancelled: share("cancelled"),
    missed: share("noshow"),
    unnoted: share("booked"),
  };
}
