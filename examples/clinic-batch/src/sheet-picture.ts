import type { DoctorDay } from "@healthbridge/client-sdk/schedule";

/** How a slot is drawn. Plain characters that every terminal and printer has; each means the same without colour. */
const MARKS = { free: ".", busy: "#", held: "h", blocked: "x", waiting: "?", unknown: "~" };

export const LEGEND = ". free   # taken   ? waiting to be sent   h held   x blocked   ~ not known here";

const HOUR = 60;
const TIME_WIDTH = 6;
/** Seven of them and the times are 76 of a terminal's 80 columns. */
const DAY_WIDTH = 10;
/** Marks that fit into a day's column with a gap to the next. */
const MOST_MARKS = 8;

interface Mark {
  /** minutes since midnight by the doctor's wall */
  readonly minute: number;
  readonly mark: string;
}

/** A week as a picture: a column for each day, a line for each hour, a mark for each slot. */
export function weekPicture(days: readonly DoctorDay[]): readonly string[] {
  const marks = days.map(marksOf);
  const all = marks.flatMap((day) => day ?? []);
  const step = shortestStep(marks);
  const span = HOUR / step > MOST_MARKS ? HOUR / 2 : HOUR;
  const head = days.map(({ date }) => dayName(date).padEnd(DAY_WIDTH)).join("");
  const lines = [`${" ".repeat(TIME_WIDTH)}${head}`.trimEnd()];
  const first = Math.min(...all.map(({ minute }) => minute));
  const last = Math.max(...all.map(({ minute }) => minute));
  for (let from = Math.floor(first / span) * span; from <= last; from += span) {
    const cells = marks.map((day) => cell(day, from, span, step).padEnd(DAY_WIDTH));
    lines.push(`${clock(from).padEnd(TIME_WIDTH)}${cells.join("")}`.trimEnd());
  }
  if (all.length === 0) lines.push(nothingToDraw(marks));
  return lines;
}

/** A day as a list: a line for each slot, with who comes where that may be seen. */
export function dayPicture(day: DoctorDay, nameOf: (patient: string) => string): readonly string[] {
  const { slots, appointments } = day;
  if (slots === undefined && appointments.length === 0) return [nothingToDraw([undefined])];
  const byStart = Map.groupBy(appointments, ({ start }) => start);
  const lines = (slots ?? []).map(({ start, state }) => {
    const [booked] = byStart.get(start) ?? [];
    byStart.delete(start);
    const mark = booked?.waiting === true ? MARKS.waiting : MARKS[state];
    return {
      start,
      text: `${mark}  ${booked === undefined ? wordOf(state) : `${nameOf(booked.patient)}, ${statusOf(booked)}`}`,
    };
  });
  // What is on no slot: her hours were changed after it was agreed on.
  for (const booked of [...byStart.values()].flat())
    lines.push({
      start: booked.start,
      text: `${booked.waiting === true ? MARKS.waiting : MARKS.busy}  ${nameOf(booked.patient)}, ${statusOf(booked)}`,
    });
  if (lines.length === 0) return ["Nobody is seen on this day."];
  return lines
    .toSorted((left, right) => Date.parse(left.start) - Date.parse(right.start))
    .map(({ start, text }) => `${start.slice(11, 16)}  ${text}`);
}

/** `undefined`: the day's sheet is not held. */
function marksOf({ slots, appointments }: DoctorDay): readonly Mark[] | undefined {
  const waiting = new Set(appointments.flatMap((each) => (each.waiting === true ? [each.start] : [])));
  return slots?.map(({ start, state }) => ({
    minute: Number(start.slice(11, 13)) * HOUR + Number(start.slice(14, 16)),
    mark: waiting.has(start) ? MARKS.waiting : MARKS[state],
  }));
}

/** Minutes between the two slots of a day that follow each other soonest: how many marks an hour needs. */
function shortestStep(days: readonly (readonly Mark[] | undefined)[]): number {
  const steps = days.flatMap((day) =>
    (day ?? []).map(({ minute }, at) => minute - (day?.[at - 1]?.minute ?? -HOUR)),
  );
  return Math.min(HOUR, ...steps.filter((step) => step > 0));
}

function cell(day: readonly Mark[] | undefined, from: number, span: number, step: number): string {
  if (day === undefined) return MARKS.unknown;
  const places = Array.from({ length: Math.ceil(span / step) }, () => " ");
  for (const { minute, mark } of day)
    if (minute >= from && minute < from + span) places[Math.floor((minute - from) / step)] = mark;
  return places.join("");
}

function nothingToDraw(days: readonly (readonly Mark[] | undefined)[]): string {
  return days.every((day) => day === undefined)
    ? "Nothing of this is on this computer yet."
    : "Nobody is seen on these days.";
}

function dayName(date: string): string {
  const name = new Date(`${date}T00:00Z`).toLocaleDateString("en-GB", { weekday: "short", timeZone: "UTC" });
  return `${name} ${date.slice(8)}`;
}

function clock(minute: number): string {
  return [minute / HOUR, minute % HOUR].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}

function wordOf(state: "free" | "busy" | "held" | "blocked"): string {
  return state === "busy" ? "taken" : state;
}

const STATUSES: Readonly<Record<string, string>> = {
  noshow: "did not come",
  fulfilled: "was seen",
  arrived: "is here",
};

function statusOf({ status, waiting, confirmed }: DoctorDay["appointments"][number]): string {
  if (confirmed === true) return "certain, waiting to be sent";
  return waiting === true ? "waiting to be sent" : (STATUSES[status] ?? status);
}
