import type { Held } from "@healthbridge/client-sdk";
import type { DoctorDay, WeekSlot } from "@healthbridge/client-sdk/schedule";
import { epochMinutes, MINUTE_MS } from "@healthbridge/schema/client";

/** An appointment as this device shows it. */
export type Visit = Held<"appointment">;

/** A stretch of slots that nobody has. */
export interface OpenStretch {
  readonly is: "free" | "held" | "blocked";
  readonly start: string;
  /** from its beginning to the end of its last slot */
  readonly minutes: number;
  readonly slots: readonly WeekSlot[];
}

/** One line of a day. */
export type AgendaEntry =
  | { readonly is: "visit"; readonly start: string; readonly minutes: number; readonly visit: Visit }
  | OpenStretch;

/** A pause between slots after which a stretch is another one. */
const GAP_MINUTES = 30;

/**
 * A day in order of time: who has an appointment, and in between what is free, kept or closed. Slots of one kind that follow each other are one line. Who came without an
 * appointment is not in it: she has a number, and no time.
 * @param now what nobody had and has begun by then is of no use any more, ms since 1970
 */
export function agendaOf({ slots = [], appointments }: DoctorDay, now: number): readonly AgendaEntry[] {
  const visits = appointments
    .filter(({ queue }) => queue === undefined)
    .map((visit): AgendaEntry => ({ is: "visit", start: visit.start, minutes: visit.minutes, visit }));
  const breaks = visits.map(({ start }) => epochMinutes(start));
  return [...visits, ...stretchesOf(stillAhead(slots, now), breaks)].toSorted(
    (left, right) => epochMinutes(left.start) - epochMinutes(right.start),
  );
}

function stillAhead(slots: readonly WeekSlot[], now: number): readonly WeekSlot[] {
  return slots.filter(({ start }) => epochMinutes(start) * MINUTE_MS >= now);
}

function stretchesOf(slots: readonly WeekSlot[], breaks: readonly number[]): readonly OpenStretch[] {
  const found: OpenStretch[] = [];
  for (const slot of slots) {
    if (slot.state === "busy") continue;
    const last = found.at(-1);
    if (last !== undefined && last.is === slot.state && follows(last, slot, breaks))
      found[found.length - 1] = longer(last, slot);
    else found.push({ is: slot.state, start: slot.start, minutes: slot.minutes, slots: [slot] });
  }
  return found;
}

function follows(stretch: OpenStretch, slot: WeekSlot, breaks: readonly number[]): boolean {
  const begin = epochMinutes(stretch.start);
  const at = epochMinutes(slot.start);
  const between = breaks.some((each) => each > begin && each < at);
  return (
    !between && at - (begin + stretch.minutes) < GAP_MINUTES && stretch.slots[0]?.minutes === slot.minutes
  );
}

function longer(stretch: OpenStretch, slot: WeekSlot): OpenStretch {
  const minutes = epochMinutes(slot.start) + slot.minutes - epochMinutes(stretch.start);
  return { ...stretch, minutes, slots: [...stretch.slots, slot] };
}

/** Who is here and waits, in the order in which she will be seen: by appointment, then by number. */
export function waitingRoom(visits: readonly Visit[]): readonly Visit[] {
  return visits
    .filter(({ status }) => status === "arrived")
    .toSorted(
      (left, right) => rank(left) - rank(right) || epochMinutes(left.start) - epochMinutes(right.start),
    );
}

/** Without an appointment one comes after those who have one; a number not yet given comes last. */
function rank({ queue }: Visit): number {
  return queue === undefined ? -1 : queue;
}

/** How a day stands, in numbers. */
export interface DayFigures {
  readonly visits: number;
  readonly seen: number;
  readonly here: number;
  /** of what is shown: not settled with the server */
  readonly unsent: number;
  readonly free: number;
  /** times of all kinds: none where she has no hours */
  readonly slots: number;
}

export function figuresOf({ slots = [], appointments }: DoctorDay, now: number): DayFigures {
  const count = (test: (visit: Visit) => boolean): number => appointments.filter(test).length;
  return {
    visits: appointments.length,
    seen: count(({ status }) => status === "fulfilled"),
    here: count(({ status }) => status === "arrived"),
    unsent: count(({ waiting }) => waiting === true),
    free: stillAhead(slots, now).filter(({ state }) => state === "free").length,
    slots: slots.length,
  };
}
