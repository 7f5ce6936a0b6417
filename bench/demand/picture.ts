import type { LeaseResult } from "./count-leases.ts";
import type { ArmResult, Way } from "./count.ts";

/** One line of the picture. */
export interface Line {
  readonly label: string;
  readonly load: number;
  readonly result: ArmResult;
}

const BAR = 40;
/** How each way to a time is drawn. */
const INK: Readonly<Record<Way, string>> = {
  asAsked: "█",
  sameDay: "▓",
  sameDoctor: "▒",
  anyDoctor: "░",
  waitingList: "w",
};
const WAYS: readonly Way[] = ["asAsked", "sameDay", "sameDoctor", "anyDoctor", "waitingList"];
const WORDS: Readonly<Record<Way, string>> = {
  asAsked: "as asked",
  sameDay: "same day",
  sameDoctor: "same doctor later",
  anyDoctor: "other doctor",
  waitingList: "waiting list",
};

/** What the arms came to, as a table with bars: of every hundred offline requests, how many ended booked, and by what. */
export function picture(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(({ label }) => label.length));
  const rows = lines.map(
    ({ label, load, result }) =>
      `  ${load.toFixed(1)}   ${label.padEnd(width)}  ${percent(result.booked)}  ${barOf(result)}`,
  );
  const legend = WAYS.map((way) => `${INK[way]} ${WORDS[way]}`).join("   ");
  return [
    `  load  ${"arm".padEnd(width)}  booked  of all offline requests`,
    ...rows,
    `  ${legend}   · not`,
  ].join("\n");
}

/** What leases came to at one load, in words. */
export function leaseLine(load: number, result: LeaseResult): string {
  const [confirmed, lost, atMost] = [result.confirmedOffline, result.capacityLost, result.capacityLostAtMost];
  return `  ${load.toFixed(1)}   leases: ${percent(confirmed).trim()} confirmed without a network; ${percent(lost).trim()} of all slots lost by them, at most ${percent(atMost).trim()}`;
}

function barOf({ by }: ArmResult): string {
  let drawn = 0;
  let sum = 0;
  const parts = WAYS.map((way) => {
    sum += by[way];
    const to = Math.round(sum * BAR);
    const part = INK[way].repeat(to - drawn);
    drawn = to;
    return part;
  });
  return parts.join("").padEnd(BAR, "·");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1).padStart(5)} %`;
}
