import type { Held, LeasedTime } from "@healthbridge/client-sdk";
import {
  type CalendarDate,
  type Doctor,
  type EntityId,
  epochMinutes,
  isKept,
  isOver,
  leasedStarts,
  MINUTE_MS,
  type Sheet,
  type Slot,
  slotsOf,
  slotWord,
  type Start,
} from "@healthbridge/schema/client";
import { minuteOn } from "./wall.ts";

/** The day sheets of a clinic as one grid: a column for each doctor, a row for each time at which something begins. */

export type CellState =
  /** can be had */
  | "free"
  /** free, and its time is over */
  | "over"
  /** this device's own: it can be booked here for certain, without a network */
  | "own"
  /** another device's own */
  | "lent"
  /** kept until an instant for somebody who is choosing */
  | "held"
  /** taken; by whom stands in `appointments`, where this device may know */
  | "busy"
  | "pending"
  | "arrived"
  | "seen"
  | "missed"
  | "blocked"
  /** in the middle of what began above */
  | "goesOn"
  /** nothing begins here */
  | "none";

export type Visit = Held<"appointment">;

/** What is at one doctor's one time. */
export interface Cell {
  readonly state: CellState;
  readonly start?: Start | undefined;
  readonly minutes: number;
  /** more than one where somebody was squeezed in, or in a group */
  readonly visits: readonly Visit[];
  /** something of it is not sent yet */
  readonly waiting: boolean;
  /** not sent yet and certain all the same */
  readonly certain: boolean;
  /** of what is this device's own or kept for somebody: until when, ms since 1970 */
  readonly until?: number | undefined;
  readonly group?: Slot["group"];
}

export interface GridColumn {
  readonly doctor: Doctor;
  /** whether the device holds her sheet of this date */
  readonly held: boolean;
  /** times that can still be had */
  readonly free: number;
  /** who came without an appointment, in the order of their numbers, and who is on no row */
  readonly queue: readonly Visit[];
}

export interface GridRow {
  /** minutes from the beginning of the date on the wall */
  readonly minute: number;
  /** one for each column */
  readonly cells: readonly Cell[];
}

export interface DayGrid {
  readonly columns: readonly GridColumn[];
  readonly rows: readonly GridRow[];
}

/** What a device holds of a day. */
export interface DayHeld {
  readonly date: CalendarDate;
  readonly doctors: readonly Doctor[];
  readonly sheetOf: (doctor: EntityId) => Sheet | undefined;
  /** of these doctors; of any date */
  readonly visits: readonly Visit[];
  readonly leased: readonly LeasedTime[];
  /** ms since 1970 */
  readonly now: number;
}

const NOTHING: Cell = { state: "none", minutes: 0, visits: [], waiting: false, certain: false };

/** The grid of a day. */
export function dayGrid(held: DayHeld): DayGrid {
  const columns = held.doctors.map((doctor) => columnOf(doctor, held));
  const minutes = [...new Set(columns.flatMap(({ cells }) => [...cells.keys()]))].toSorted(
    (left, right) => left - right,
  );
  return {
    columns: columns.map(({ column }) => column),
    rows: minutes.map((minute) => ({
      minute,
      cells: columns.map(({ cells }) => cells.get(minute) ?? NOTHING),
    })),
  };
}

/** What is at a doctor's time by now; where nothing begins then any more, nothing. */
export function cellAt({ columns, rows }: DayGrid, doctor: EntityId, start: Start | undefined): Cell {
  const column = columns.findIndex((each) => each.doctor.id === doctor);
  const cells = rows.map((row) => row.cells[column]);
  return cells.find((cell) => cell?.start !== undefined && cell.start === start) ?? { ...NOTHING, start };
}

interface BuiltColumn {
  readonly column: GridColumn;
  readonly cells: ReadonlyMap<number, Cell>;
}

function columnOf(doctor: Doctor, held: DayHeld): BuiltColumn {
  const { date, now } = held;
  const sheet = held.sheetOf(doctor.id);
  const hers = held.visits.filter((visit) => visit.doctor === doctor.id && !isOver(visit, now));
  const kept = hers.filter((visit) => isKept(visit) && visit.start.startsWith(date));
  const slots = sheet === undefined ? [] : slotsOf(sheet);
  const cells = new Map<number, Cell>();
  for (const slot of slots)
    if (sheet !== undefined) cells.set(minuteOn(date, slot.start), slotCell(slot, sheet, kept, held));
  // What is on no slot: her hours were changed after it was agreed on, or somebody was squeezed in.
  const starts = new Set(slots.map(({ instant }) => instant));
  const others = Map.groupBy(
    kept.filter((visit) => !starts.has(epochMinutes(visit.start))),
    (visit) => minuteOn(date, visit.start),
  );
  for (const [minute, visits] of others) cells.set(minute, visitCell(visits, visits[0]?.start));
  return {
    column: {
      doctor,
      held: sheet !== undefined,
      free: [...cells.values()].filter(({ state }) => state === "free" || state === "own").length,
      queue: hers
        .filter((visit) => visit.queue !== undefined && visit.start.startsWith(date) && !isOut(visit))
        .toSorted((left, right) => (left.queue ?? 0) - (right.queue ?? 0)),
    },
    cells,
  };
}

/** Who is not expected any more. */
export function isOut({ status }: Visit): boolean {
  return status === "cancelled" || status === "expired";
}

function slotCell(slot: Slot, sheet: Sheet, kept: readonly Visit[], { leased, now }: DayHeld): Cell {
  const { instant, minutes, start, group } = slot;
  const visits = kept.filter((visit) => epochMinutes(visit.start) === instant);
  if (visits.length > 0) {
    const cell = visitCell(visits, start);
    const room = group !== undefined && group.taken < group.places && instant * MINUTE_MS > now;
    return { ...cell, minutes, group, ...(room && { state: "free" as const }) };
  }
  const over = kept.find(
    (visit) => epochMinutes(visit.start) < instant && epochMinutes(visit.start) + visit.minutes > instant,
  );
  if (over) return { ...visitCell([over], start), state: "goesOn", minutes };
  const cell = { start, minutes, visits: [], waiting: false, certain: false, group };
  const own = leased.find((each) => each.start === start && sheet.id.startsWith(`${each.doctor}/`));
  if (own) return { ...cell, state: "own", until: own.until };
  const word = slotWord(sheet, slot, now);
  if (word === "free") return { ...cell, state: instant * MINUTE_MS <= now ? "over" : "free" };
  if (word !== "held") return { ...cell, state: word };
  const lent = leasedStarts(sheet).get(instant);
  if (lent !== undefined) return { ...cell, state: "lent", until: lent };
  return { ...cell, state: "held", until: sheet.held?.find(([at]) => at === instant)?.[1] };
}

/** One appointment, or several at one time: the one that needs somebody's hand says the state. */
function visitCell(visits: readonly Visit[], start: Start | undefined): Cell {
  const states = visits.map(stateOf);
  const state = ORDER.find((each) => states.includes(each)) ?? "busy";
  const waiting = visits.filter((visit) => visit.waiting === true);
  return {
    state,
    start,
    minutes: Math.max(...visits.map(({ minutes }) => minutes)),
    visits,
    waiting: waiting.length > 0,
    certain: waiting.length > 0 && waiting.every((visit) => visit.confirmed === true),
  };
}

const ORDER: readonly CellState[] = ["pending", "arrived", "busy", "missed", "seen"];

function stateOf({ status }: Visit): CellState {
  if (status === "pending") return "pending";
  if (status === "arrived") return "arrived";
  if (status === "fulfilled") return "seen";
  return status === "noshow" ? "missed" : "busy";
}
