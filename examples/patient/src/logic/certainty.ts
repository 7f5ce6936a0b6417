import type { Held, Waiting } from "@healthbridge/client-sdk";
import { type Appointment, type EntityId, isOver, type Start } from "@healthbridge/schema/client";

/** How certain something is, as colour and icon say it beside the words. */
export type Tone = "sure" | "waiting" | "trouble" | "info";

/** What is said of an appointment: a key of the catalogue. Never "booked" before the server has said so. */
export type CertaintyKey =
  | "booked"
  | "certain"
  | "arrived"
  | "fulfilled"
  | "cancelled"
  | "noshow"
  | "expired"
  | "toConfirm"
  | "offered"
  | "held"
  | "onList"
  | "over"
  | "bookWaits"
  | "bookDoubtful"
  | "bookUnknown"
  | "moveWaits"
  | "cancelWaits"
  | "confirmWaits"
  | "declineWaits";

/** What is certain of an appointment, and what waits. */
export interface Certainty {
  readonly key: CertaintyKey;
  readonly tone: Tone;
  /** where a move waits, and the booking does not: the time that stands until it is sent */
  readonly stands?: Start | undefined;
  /** of a move that waits: the time she wants; where the phone foresees that it cannot be had the appointment shows another */
  readonly wants?: Start | undefined;
  /** the code of why it will probably not be had */
  readonly doubt?: string | undefined;
}

/** When something is looked at. */
export interface Moment {
  /** ms since 1970 by this phone's clock, which may be wrong by days */
  readonly now: number;
  /** the server was heard within minutes: it would have said that an offer is over, so its word goes before the phone's clock */
  readonly heardLately: boolean;
}

const WAITS: Readonly<Record<string, CertaintyKey>> = {
  "appointment.reschedule": "moveWaits",
  "appointment.cancel": "cancelWaits",
  "appointment.confirm": "confirmWaits",
  "appointment.decline": "declineWaits",
};

/**
 * What is certain of an appointment.
 * @param waiting what this phone has not sent, or has no answer to, in its order
 * @param moment when it is looked at, and whether the server was heard lately
 */
export function certaintyOf(
  appointment: Held<"appointment">,
  waiting: readonly Waiting[],
  moment: Moment,
): Certainty {
  if (appointment.confirmed === true) return { key: "certain", tone: "sure" };
  const mine = waiting.filter(
    ({ id, input }) => id === appointment.id || input["appointment"] === appointment.id,
  );
  const last = mine.at(-1);
  if (last?.id === appointment.id) return ofBooking(last);
  const key = last && WAITS[last.type];
  if (last !== undefined && key !== undefined)
    return {
      key,
      tone: "waiting",
      stands: standing(appointment.id, mine),
      wants: key === "moveWaits" ? startIn(last) : undefined,
      doubt: last.problem?.code,
    };
  return ofServer(appointment, moment);
}

/** What is said of a booking that waits; whether or not the phone foresees an appointment. */
export function ofBooking({ forecast, problem }: Pick<Waiting, "forecast" | "problem">): Certainty {
  if (forecast === "rejected") return { key: "bookDoubtful", tone: "trouble", doubt: problem?.code };
  return { key: forecast === "unknown" ? "bookUnknown" : "bookWaits", tone: "waiting" };
}

// oxlint-disable-next-line typescript/consistent-return -- every case is there, which tsc and the exhaustiveness rule see to
function ofServer(appointment: Appointment, { now, heardLately }: Moment): Certainty {
  if (!heardLately && isOver(appointment, now)) return { key: "over", tone: "info" };
  switch (appointment.status) {
    case "booked":
      return { key: "booked", tone: "sure" };
    case "arrived":
    case "fulfilled":
      return { key: appointment.status, tone: "sure" };
    case "pending":
      if (appointment.awaits === "clinic") return { key: "toConfirm", tone: "waiting" };
      return { key: appointment.wants === undefined ? "held" : "offered", tone: "info" };
    case "waitlist":
      return { key: "onList", tone: "waiting" };
    case "cancelled":
    case "noshow":
    case "expired":
      return { key: appointment.status, tone: "trouble" };
  }
}

const FROM = " from ";

/** A reference for a move that says which time it was moved from. */
export function moveReference(unique: string, from: Start): string {
  return `${unique}${FROM}${from}`;
}

function startIn({ input }: Waiting): Start | undefined {
  const start = input["start"];
  return typeof start === "string" ? start : undefined;
}

/** The time that the clinic has: the one from before the first of the moves that wait. */
function standing(appointment: EntityId, mine: readonly Waiting[]): Start | undefined {
  if (mine.some(({ id }) => id === appointment)) return undefined;
  const move = mine.find(({ type }) => type === "appointment.reschedule");
  return move && startBefore(move);
}

function startBefore({ ref }: Waiting): Start | undefined {
  return ref?.split(FROM)[1];
}

/** Bookings that wait and of which the phone foresees no appointment: they are shown all the same. */
export function unseenBookings(waiting: readonly Waiting[], held: ReadonlySet<EntityId>): readonly Waiting[] {
  return waiting.filter(({ id, type }) => type === "appointment.book" && !held.has(id));
}
