import type { RunResult } from "../run.ts";
import { type FaultLine, faultLines, type Figures, figuresOf } from "./figures.ts";

/**
 * One run on a time line, as SVG: a lane for each process and each line between them with the faults they met, and below how many operations were
 * acknowledged. Two palettes, by what the reader prefers.
 */
const WIDTH = 1_080;
const LEFT = 132;
const RIGHT = 24;
const TOP = 64;
const LANE = 30;
const CHART = 120;
const GAP = 34;

export function pictureOf(result: RunResult): string {
  const figures = figuresOf(result);
  const faults = faultLines(result);
  const lanes = lanesOf(faults);
  const scale = scaleOf(figures);
  const chartTop = TOP + lanes.length * LANE + GAP;
  const height = chartTop + CHART + 48;
  const title = `${result.database}, ${result.options.clients} devices, ${result.options.servers} servers, seed ${result.options.seed}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">One run on a time line: ${title}</title>`,
    STYLE,
    `<rect class="paper" width="${WIDTH}" height="${height}" rx="8"/>`,
    `<text class="heading" x="${LEFT}" y="26">${title}</text>`,
    legend(),
    calm(scale, figures, chartTop + CHART),
    ...lanes.map((lane, at) => drawLane(lane, TOP + at * LANE, scale)),
    chart(figures, chartTop, scale),
    axis(figures, chartTop + CHART, scale),
    "</svg>",
    "",
  ].join("\n");
}

const STYLE = `<style>
svg { font: 12px system-ui, sans-serif; --ink: #1d2733; --soft: #64748b; --line: #dbe2ea; --paper: #ffffff; --kill: #c2185b; --long: #e08a1e; --cut: #5b6fd8; --ack: #2a9d78; --calm: #2a9d7814; }
@media (prefers-color-scheme: dark) { svg { --ink: #e6ebf2; --soft: #94a3b8; --line: #2c3744; --paper: #131a22; --kill: #ff6f9f; --long: #f2b35b; --cut: #93a4ff; --ack: #4fd0a5; --calm: #4fd0a51a; } }
.paper { fill: var(--paper); } .heading { fill: var(--ink); font-size: 14px; font-weight: 600; }
.name { fill: var(--ink); text-anchor: end; } .note { fill: var(--soft); font-size: 11px; } .right { text-anchor: end; } .middle { text-anchor: middle; }
.rail { stroke: var(--line); } .kill { stroke: var(--kill); stroke-width: 2.2; stroke-linecap: round; } .down { fill: var(--kill); opacity: .28; }
.long { fill: var(--long); opacity: .8; } .cut { stroke: var(--cut); stroke-width: 1; opacity: .55; } .ack { fill: var(--ack); } .calm { fill: var(--calm); } .edge { stroke: var(--ack); stroke-dasharray: 3 3; }
</style>`;

interface Lane {
  readonly name: string;
  readonly faults: readonly FaultLine[];
}

type Scale = (at: number) => number;

function scaleOf({ beganAt, endedAt }: Figures): Scale {
  const width = WIDTH - LEFT - RIGHT;
  return (at) => LEFT + (Math.max(0, at - beganAt) / Math.max(1, endedAt - beganAt)) * width;
}

const OF_LINE = /^request|network|portal|gateway|cut all lines/;
const OF_DATABASE_LINE = /^(COMMIT|statement)|cut all database lines/;

/** Each process, and below it the line that leads to it. */
function lanesOf(faults: readonly FaultLine[]): readonly Lane[] {
  const place = ({ kind, target }: FaultLine): string => {
    if (OF_DATABASE_LINE.test(kind)) return "to the database";
    return OF_LINE.test(kind) ? `to ${target}` : target;
  };
  const rank = (name: string): string => {
    if (name.startsWith("devices")) return `1 ${name}`;
    if (name.startsWith("to server")) return `2 ${name.slice("to ".length)} 0`;
    if (name.startsWith("server")) return `2 ${name} 1`;
    return name === "to the database" ? "3" : "4";
  };
  return [...Map.groupBy(faults, place)]
    .map(([name, all]) => ({ name, faults: all }))
    .toSorted((left, right) => (rank(left.name) < rank(right.name) ? -1 : 1));
}

/** From here on, ms, a fault is drawn as a stretch of time. */
const LASTING_MS = 150;

function drawLane({ name, faults }: Lane, top: number, x: Scale): string {
  const middle = top + LANE / 2;
  const marks = faults.map((fault) => mark(fault, middle, x));
  return [
    `<text class="name" x="${LEFT - 12}" y="${middle + 4}">${name}</text>`,
    `<line class="rail" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${middle}" y2="${middle}"/>`,
    ...marks,
  ].join("\n");
}

function mark({ kind, at, until, target }: FaultLine, middle: number, x: Scale): string {
  const from = round(x(at));
  const width = round(Math.max(2, x(until) - x(at)));
  const says = `<title>${kind}, ${target}</title>`;
  if (kind.startsWith("kill"))
    return `<g>${says}<rect class="down" x="${from}" y="${middle - 8}" width="${width}" height="16" rx="2"/><path class="kill" d="M${from - 4} ${middle - 4}l8 8m0 -8l-8 8"/></g>`;
  if (until - at > LASTING_MS)
    return `<rect class="long" x="${from}" y="${middle - 5}" width="${width}" height="10" rx="2">${says}</rect>`;
  return `<line class="cut" x1="${from}" x2="${from}" y1="${middle - 7}" y2="${middle + 7}"/>`;
}

/** Where the storm is over. */
function calm(x: Scale, { calmAt, endedAt }: Figures, bottom: number): string {
  const from = round(x(calmAt));
  const width = round(x(endedAt) - from);
  return [
    `<rect class="calm" x="${from}" y="${TOP - 8}" width="${width}" height="${bottom - TOP + 8}"/>`,
    `<line class="edge" x1="${from}" x2="${from}" y1="${TOP - 8}" y2="${bottom}"/>`,
  ].join("\n");
}

/** Acknowledged operations, so many for each step of the time line. */
function chart({ beganAt, endedAt, heardAt }: Figures, top: number, x: Scale): string {
  const steps = 240;
  const step = Math.max(1, (endedAt - beganAt) / steps);
  const counts = Array.from({ length: steps + 1 }, () => 0);
  for (const at of heardAt) {
    const place = Math.floor((at - beganAt) / step);
    if (place >= 0 && place <= steps) counts[place] = (counts[place] ?? 0) + 1;
  }
  // The highest peak is a backlog that comes through at once; the eye needs the rest.
  const tallest = Math.max(1, counts.toSorted((left, right) => left - right)[Math.floor(steps * 0.98)] ?? 1);
  const bars = counts.map((count, at) => {
    const height = round(Math.min(1, count / tallest) * CHART);
    const left = round(x(beganAt + at * step));
    const width = round(Math.max(1, x(beganAt + step) - x(beganAt) - 0.6));
    return height === 0
      ? ""
      : `<rect class="ack" x="${left}" y="${round(top + CHART - height)}" width="${width}" height="${height}"/>`;
  });
  const perSecond = Math.round((tallest * 1_000) / step);
  return [
    `<text class="name" x="${LEFT - 12}" y="${top + CHART / 2}">operations</text>`,
    `<text class="name" x="${LEFT - 12}" y="${top + CHART / 2 + 15}">acknowledged</text>`,
    `<text class="note" x="${LEFT}" y="${top - 6}">${perSecond} a second</text>`,
    `<line class="rail" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${top}" y2="${top}"/>`,
    ...bars,
  ].join("\n");
}

function axis({ beganAt, calmAt, endedAt }: Figures, top: number, x: Scale): string {
  const seconds = (endedAt - beganAt) / 1_000;
  const step = [5, 10, 20, 30, 60, 120, 300, 600].find((each) => seconds / each <= 12) ?? 1_800;
  const ticks: string[] = [];
  for (let second = 0; second <= seconds; second += step) {
    const at = round(x(beganAt + second * 1_000));
    ticks.push(`<line class="rail" x1="${at}" x2="${at}" y1="${top}" y2="${top + 5}"/>`);
    ticks.push(`<text class="note middle" x="${at}" y="${top + 18}">${clock(second)}</text>`);
  }
  const over = round(x(calmAt));
  return [
    `<line class="rail" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${top}" y2="${top}"/>`,
    ...ticks,
    `<text class="note right" x="${over - 6}" y="${top + 36}">faults</text>`,
    `<text class="note" x="${over + 6}" y="${top + 36}">calm</text>`,
  ].join("\n");
}

function legend(): string {
  const y = 46;
  return [
    `<path class="kill" d="M${LEFT} ${y - 8}l8 8m0 -8l-8 8"/><text class="note" x="${LEFT + 14}" y="${y}">killed, and back</text>`,
    `<rect class="long" x="${LEFT + 124}" y="${y - 9}" width="18" height="10" rx="2"/><text class="note" x="${LEFT + 148}" y="${y}">frozen, cut off, locked, read-only …</text>`,
    `<line class="cut" x1="${LEFT + 352}" x2="${LEFT + 352}" y1="${y - 11}" y2="${y + 3}"/><text class="note" x="${LEFT + 360}" y="${y}">a cut, or a fault of one request or statement</text>`,
  ].join("\n");
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
