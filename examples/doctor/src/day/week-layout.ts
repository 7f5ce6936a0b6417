import type { DoctorDay } from "@healthbridge/client-sdk/schedule";
import {
  type CalendarDate,
  daysFromDate,
  DAY_MINUTES,
  epochMinutes,
  offsetMinutes,
} from "@healthbridge/schema/client";
import { agendaOf, type AgendaEntry } from "./agenda.ts";

/** Which hours a week's picture shows, in minutes since midnight by the wall. */
export interface Frame {
  readonly from: number;
  readonly to: number;
}

/** One block of a day's column. */
export interface Block {
  readonly entry: AgendaEntry;
  /** where it begins and how long it is, in parts of the frame (0 to 1) */
  readonly top: number;
  readonly height: number;
  /** which of how many blocks beside each other */
  readonly lane: number;
  readonly lanes: number;
}

/** One day's column. */
export interface Column {
  readonly date: CalendarDate;
  /** `false`: this device does not hold the day sheet: nobody knows what is free */
  readonly held: boolean;
  readonly blocks: readonly Block[];
}

const HOUR = 60;
const USUAL: Frame = { from: 8 * HOUR, to: 17 * HOUR };

/** The hours that show everything of some days, whole hours; a usual working day where there is nothing. */
export function frameOf(days: readonly DoctorDay[]): Frame {
  const entries = days.flatMap((day) => agendaOf(day, 0).map((entry) => span(day.date, entry)));
  if (entries.length === 0) return USUAL;
  const from = Math.min(...entries.map((each) => each.from));
  const to = Math.max(...entries.map((each) => each.to));
  return { from: Math.floor(from / HOUR) * HOUR, to: Math.min(Math.ceil(to / HOUR) * HOUR, DAY_MINUTES) };
}

/** The columns of a week's picture at an instant (ms). What overlaps stands side by side. */
export function columnsOf(days: readonly DoctorDay[], frame: Frame, now: number): readonly Column[] {
  return days.map((day) => ({
    date: day.date,
    held: day.slots !== undefined,
    blocks: blocksOf(day.date, agendaOf(day, now), frame),
  }));
}

/** The hours that are written beside the columns, each with its place in the frame (0 to 1). */
export function hoursOfFrame({
  from,
  to,
}: Frame): ReadonlyArray<{ readonly hour: number; readonly top: number }> {
  return Array.from({ length: Math.floor((to - from) / HOUR) }, (_, at) => ({
    hour: from / HOUR + at,
    top: (at * HOUR) / (to - from),
  }));
}

interface Span {
  readonly entry: AgendaEntry;
  readonly from: number;
  readonly to: number;
}

function blocksOf(date: CalendarDate, entries: readonly AgendaEntry[], frame: Frame): readonly Block[] {
  const blocks: Block[] = [];
  const length = frame.to - frame.from;
  for (const group of overlapping(entries.map((entry) => span(date, entry)))) {
    const lanes = lanesOf(group);
    const count = Math.max(...lanes) + 1;
    for (const [at, { entry, from, to }] of group.entries()) {
      const top = (Math.max(from, frame.from) - frame.from) / length;
      const height = (Math.min(to, frame.to) - Math.max(from, frame.from)) / length;
      blocks.push({ entry, top, height, lane: lanes[at] ?? 0, lanes: count });
    }
  }
  return blocks;
}

/** Minutes since midnight by the wall; what goes on over midnight ends with the day. */
function span(date: CalendarDate, entry: AgendaEntry): Span {
  const midnight = daysFromDate(date) * DAY_MINUTES;
  const from = epochMinutes(entry.start) + offsetMinutes(entry.start) - midnight;
  return { entry, from, to: Math.min(from + entry.minutes, DAY_MINUTES) };
}

/** Spans in groups that have nothing to do with each other. */
function overlapping(spans: readonly Span[]): readonly (readonly Span[])[] {
  const groups: Span[][] = [];
  let end = -1;
  for (const each of spans.toSorted((left, right) => left.from - right.from)) {
    const last = groups.at(-1);
    if (last === undefined || each.from >= end) groups.push([each]);
    else last.push(each);
    end = Math.max(end, each.to);
  }
  return groups;
}

/** The first lane that is empty by the time each begins. */
function lanesOf(group: readonly Span[]): readonly number[] {
  const ends: number[] = [];
  return group.map(({ from, to }) => {
    const free = ends.findIndex((end) => end <= from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = to;
    return lane;
  });
}
