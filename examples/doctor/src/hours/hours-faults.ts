import { goesOvernight, type HoursDraft, type SessionDraft } from "./hours-draft.ts";
import { minutesOf } from "./hours-edit.ts";

/**
 * What is wrong with a session, or with the draft.
 * - `time`: no time, or not on a step of five minutes
 * - `overlap`: it begins before the one in front of it is over
 * - `short`: not one slot fits into it
 */
export type HoursFault =
  | { readonly what: "time" | "overlap" | "short"; readonly where: FaultPlace; readonly session: number }
  | { readonly what: "empty"; readonly where: FaultPlace }
  | { readonly what: "visitName" | "visitTwice"; readonly visit: number };

/** A day of the week (0 Monday), or a date. */
export type FaultPlace = { readonly day: number } | { readonly date: string };

const STEP = 5;
const DAY = 24 * 60;
const WALL_TIME = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** Everything that has to be put right before a draft can be asked for. */
export function faultsOf(draft: HoursDraft): readonly HoursFault[] {
  const within = (where: FaultPlace, sessions: readonly SessionDraft[]): readonly HoursFault[] =>
    sessions.flatMap((session, at): readonly HoursFault[] => {
      const fault = (what: "time" | "overlap" | "short") => [{ what, where, session: at }] as const;
      if (![session.from, session.to].every(isOnStep)) return fault("time");
      if (sessions.slice(0, at).some((each) => overlap(each, session))) return fault("overlap");
      const length = session.slotMinutes ?? draft.slotMinutes;
      return length + draft.bufferBeforeMinutes <= lengthOf(session) ? [] : fault("short");
    });
  return [
    ...draft.weekly.flatMap((sessions, day) => within({ day }, sessions)),
    ...draft.exceptions.flatMap(({ date, kind, sessions }) => [
      ...(kind !== "off" && sessions.length === 0 ? [{ what: "empty", where: { date } } as const] : []),
      ...within({ date }, sessions),
    ]),
    ...visitFaults(draft),
  ];
}

function visitFaults({ rules: { visits = [] } }: HoursDraft): readonly HoursFault[] {
  return visits.flatMap(({ kind }, visit): readonly HoursFault[] => {
    if (kind === "") return [{ what: "visitName", visit }];
    return visits.slice(0, visit).some((each) => each.kind === kind) ? [{ what: "visitTwice", visit }] : [];
  });
}

function isOnStep(time: string): boolean {
  return WALL_TIME.test(time) && minutesOf(time) % STEP === 0;
}

/** Minutes by the wall; a day on which the clock changes is left to the server. */
function lengthOf(session: SessionDraft): number {
  return minutesOf(session.to) - minutesOf(session.from) + (goesOvernight(session) ? DAY : 0);
}

function overlap(left: SessionDraft, right: SessionDraft): boolean {
  const [from, start] = [minutesOf(left.from), minutesOf(right.from)];
  return from < start + lengthOf(right) && start < from + lengthOf(left);
}

/** The faults of the sessions at a place, by session. */
export function faultsAt(
  faults: readonly HoursFault[],
  place: FaultPlace,
): ReadonlyMap<number, HoursFault["what"]> {
  const here = JSON.stringify(place);
  return new Map(
    faults.flatMap((each) =>
      "session" in each && JSON.stringify(each.where) === here ? [[each.session, each.what] as const] : [],
    ),
  );
}
