import type { Outcome } from "@healthbridge/client-sdk";
import type { EntityId, Start } from "@healthbridge/schema/client";

/** What became of something she asked for, to be shown until she has seen it. */
export interface Told {
  readonly id: EntityId;
  readonly outcome: Outcome;
  readonly done: boolean;
  /** the appointment it speaks of, where that is there */
  readonly appointment: EntityId | undefined;
  /** whom it was asked for, where the request says so */
  readonly patient: EntityId | undefined;
  /** times that could be had instead, where it was refused */
  readonly instead: readonly Start[];
}

/** The outcome as its line tells it: times that could be had instead are shown as something to press. */
export function inWords({ outcome }: Told): Outcome {
  const { problem } = outcome;
  if (problem?.alternatives === undefined) return outcome;
  const { alternatives: _shown, ...rest } = problem;
  return { ...outcome, problem: rest };
}

/** What patients ask for and are told of by their own screen: lines of a conversation say themselves where they are. */
const ASKED =
  /^(appointment\.(book|hold|confirm|decline|reschedule|cancel)|patient\.(register|update)|account\.update|device\..+)$/;

/** Those outcomes that somebody has to see, and those nobody has to: what was saved as asked needs no word. */
export function toTell(outcomes: readonly Outcome[]): {
  readonly shown: readonly Told[];
  readonly quiet: readonly EntityId[];
} {
  const own = outcomes.filter(({ type }) => ASKED.test(type));
  const isQuiet = ({ type, status }: Outcome): boolean =>
    !type.startsWith("appointment.") && status === "applied";
  return {
    shown: own.filter((outcome) => !isQuiet(outcome)).map(told),
    quiet: own.filter(isQuiet).map(({ id }) => id),
  };
}

function told(outcome: Outcome): Told {
  const { id, type, input, status, problem } = outcome;
  const about = input["appointment"];
  const done = status === "applied";
  return {
    id,
    outcome,
    done,
    patient: typeof input["patient"] === "string" ? input["patient"] : undefined,
    appointment: typeof about === "string" ? about : done && type === "appointment.book" ? id : undefined,
    instead: done ? [] : (problem?.alternatives ?? []),
  };
}
