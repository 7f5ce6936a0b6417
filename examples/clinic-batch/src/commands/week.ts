import { doctorWeek } from "@healthbridge/client-sdk/schedule";
import type { Device } from "../device.ts";
import { Lists } from "../lists.ts";
import { PlainError } from "../plain-error.ts";
import { Fault } from "../rows/fault.ts";
import { isDate, ownZone, todayIn } from "../rows/local-time.ts";
import { dayPicture, LEGEND, weekPicture } from "../sheet-picture.ts";
import type { Terminal } from "../terminal.ts";

export interface WeekOptions {
  readonly doctor?: string;
  readonly facility?: string;
  readonly from?: string;
}

const WEEK = 7;

/** Draws a doctor's week as this computer knows it. */
export function week(device: Device, options: WeekOptions, terminal: Terminal): Promise<number> {
  return show(device, options, terminal, WEEK);
}

/** Lists a doctor's day as this computer knows it. */
export function day(device: Device, options: WeekOptions, terminal: Terminal): Promise<number> {
  return show(device, options, terminal, 1);
}

async function show(
  { hb }: Device,
  { doctor: named, facility, from }: WeekOptions,
  terminal: Terminal,
  count: number,
): Promise<number> {
  const lists = new Lists(hb);
  const own = hb.status.get().account?.doctor;
  if (named === undefined && own === undefined)
    throw new PlainError("Say whose: --doctor with her name or her id.");
  const { id, zone = ownZone() } = lists.doctor(named ?? own, facility);
  if (from !== undefined && !isDate(from))
    throw new Fault(`the date “${from}” is not written as year-month-day, as 2026-11-23`);
  const days = doctorWeek(hb, id, { from: from ?? todayIn(zone), days: count });
  const first = days[0];
  terminal.say(
    `${hb.get("doctor", id)?.name ?? id}, ${count === 1 ? "" : "the week from "}${first?.date ?? ""} (${zone})`,
  );
  const nameOf = (patient: string): string => hb.get("patient", patient)?.name ?? "somebody";
  const lines = count === 1 && first !== undefined ? dayPicture(first, nameOf) : weekPicture(days);
  for (const line of [...lines, "", LEGEND]) terminal.say(shortened(line, terminal.columns));
  if (days.every(({ slots }) => slots !== undefined)) return 0;
  // Followed from now on: the next time a network is there it is downloaded, and kept up to date.
  await hb.follow(`calendar:${id}`);
  terminal.say("Some of it is not on this computer. It comes with the next: clinic-batch sync");
  return 0;
}

/** One line of the terminal, whatever somebody is called. */
function shortened(line: string, columns: number): string {
  const letters = Array.from(line);
  return letters.length <= columns ? line : `${letters.slice(0, columns - 1).join("")}…`;
}
