import { HealthBridge } from "@healthbridge/client-sdk";
import type { InputOf } from "@healthbridge/schema";
import type { Device } from "../device.ts";
import { givingBack, leasedLines } from "../leased-times.ts";
import { Lists } from "../lists.ts";
import { PlainError } from "../plain-error.ts";
import { writtenStart } from "../rows/booking-row.ts";
import { Fault } from "../rows/fault.ts";
import { isDate, localStart, ownZone, todayIn } from "../rows/local-time.ts";
import type { Terminal } from "../terminal.ts";
import { fieldInWords, several, spokenDay, spokenStart } from "../words.ts";

const DAY_MS = 86_400_000;

/** Lists the times that this computer can confirm by itself. */
export function lease({ hb }: Device, terminal: Terminal): number {
  const lines = leasedLines(hb);
  const asked = hb.waiting().filter(({ type }) => type === "lease.take").length;
  if (lines.length > 0)
    terminal.say("Certain without a network: this computer confirms a request for any of these by itself.");
  for (const line of lines) terminal.say(`  ${line}`);
  if (asked > 0)
    terminal.say(`${several(asked, "request")} for more waiting to be sent. Send with: clinic-batch sync`);
  if (lines.length + asked === 0)
    terminal.say("This computer has no times of its own. Ask for some with: clinic-batch lease take");
  return 0;
}

export interface TakeOptions {
  readonly doctor: string;
  readonly facility?: string;
  readonly date?: string;
  readonly days?: number;
  readonly until: string;
  readonly most?: number;
  readonly part?: string;
}

/** Asks for times of a doctor that nobody else can book. */
export async function take({ hb }: Device, options: TakeOptions, terminal: Terminal): Promise<number> {
  const { id: doctor, zone: known } = new Lists(hb).doctor(options.doctor, options.facility);
  const zone = known ?? ownZone();
  if (known === undefined)
    terminal.warn(`Where the doctor is is not known here: the moment was read as in ${zone}.`);
  const { date: first = todayIn(zone), days = 1, most } = options;
  if (!isDate(first)) throw new Fault(notADate(first));
  const dates = datesFrom(first, days);
  const until = hb.startOf(doctor, momentAt(options.until, zone));
  const input = {
    doctor,
    dates,
    until,
    ...(most === undefined ? {} : { most }),
    ...partOfDay(options.part),
  };
  const problem = HealthBridge.check("lease.take", input);
  if (problem !== undefined) throw new Fault(fieldInWords(problem.path));
  await hb.takeLease(input);
  const span = days === 1 ? spokenDay(first) : `${several(days, "day")} from ${spokenDay(first)}`;
  terminal.say(`Times on ${span} are asked for, until ${spokenStart(until)}.`);
  terminal.say(
    "They are this computer's once the server has said so: clinic-batch sync, and then clinic-batch lease",
  );
  return 0;
}

export interface GiveBackOptions {
  readonly all?: boolean;
  readonly doctor?: string;
  readonly facility?: string;
  readonly date?: string;
  readonly time?: string;
}

/** Gives back what this computer has to itself and has not used, all or some. */
export async function giveBack(
  { hb }: Device,
  { all, doctor: named, facility, date, time }: GiveBackOptions,
  terminal: Terminal,
): Promise<number> {
  const some = [named, date, time].some((each) => each !== undefined);
  if (all === true && some) throw new PlainError("Say which times or --all, not both.");
  if (all !== true && !some)
    throw new PlainError(
      "Say which: --all, or some of --doctor, --date and --time as clinic-batch lease lists them.",
    );
  if (date !== undefined && !isDate(date)) throw new Fault(notADate(date));
  const clock = time?.replace(".", ":").padStart(5, "0") ?? "";
  const whose = named === undefined ? undefined : new Lists(hb).doctor(named, facility).id;
  const times = hb
    .leasedTimes(whose)
    .filter(({ start }) => start.startsWith(date ?? "") && start.slice(11).startsWith(clock));
  await hb.enqueueMany(givingBack(times));
  terminal.say(
    times.length === 0
      ? "This computer has no such times of its own; clinic-batch lease lists them."
      : `${several(times.length, "time")} given back; others can book them once it is sent: clinic-batch sync`,
  );
  return 0;
}

/** Dates in a row, by the doctor's wall. */
function datesFrom(first: string, days: number): string[] {
  const from = Date.parse(`${first}T00:00Z`);
  return Array.from({ length: days }, (_, at) => new Date(from + at * DAY_MS).toISOString().slice(0, 10));
}

/** A moment by the wall of a zone, or with its own distance from UTC. */
function momentAt(text: string, zone: string): string {
  const [, date, time] = /^(\S{10})[T ](\d{1,2}[:.]\d{2})$/.exec(text) ?? [];
  return date === undefined || time === undefined
    ? writtenStart(text, "input.until")
    : localStart(date, time, zone);
}

function partOfDay(part: string | undefined): Pick<InputOf<"lease.take">, "partOfDay"> {
  if (part === undefined) return {};
  if (part === "morning" || part === "afternoon" || part === "evening") return { partOfDay: part };
  throw new Fault(`“${part}” is no part of the day; write morning, afternoon or evening`);
}

function notADate(text: string): string {
  return `the date “${text}” is not written as year-month-day, as 2026-11-23`;
}
