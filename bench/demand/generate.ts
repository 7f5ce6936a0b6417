import { seededRandom, type SeededRandom } from "../../client-sdk/src/testing/index.ts";
import {
  FATES,
  type Fate,
  HORIZON_DAYS,
  LEAD_MEDIAN_DAYS,
  type Network,
  NETWORKS,
  OFFLINE_PERCENT,
  OPENS,
  OWN_DOCTOR_PERCENT,
  SLOT_MINUTES,
  SLOTS_A_DAY,
  WAKING,
  WANTED_DAYS,
  WEEKDAYS,
} from "./assumptions.ts";
import { DAY } from "./calendar.ts";

/** Somebody who wants to be seen. Minutes count from the replay's first midnight, a Monday's. */
export interface Wanted {
  readonly number: number;
  readonly madeAt: number;
  /** whose patient it is; her clinic's device asks for her unless she is online */
  readonly clinic: number;
  readonly online: boolean;
  readonly doctor: number;
  readonly start: number;
  readonly fate: Fate;
  /** when she cancels, if that is her fate: at any moment between asking and the wanted start */
  readonly cancelsAt: number | undefined;
}

/** Who is where, by number. */
export interface Layout {
  /** the clinic of each doctor */
  readonly clinicOf: readonly number[];
  /** by doctor: the others within reach, the nearest first */
  readonly others: readonly (readonly number[])[];
}

/** Draws so many requests, in the order in which they are made. The same seed draws the same ones. */
export function drawDemand(seed: number, requests: number, layout: Layout): readonly Wanted[] {
  const random = seededRandom(seed).fork("demand");
  const drawn = Array.from({ length: requests }, () => drawWanted(random, layout));
  return drawn
    .toSorted((left, right) => left.madeAt - right.madeAt)
    .map((wanted, number) => ({ ...wanted, number }));
}

function drawWanted(random: SeededRandom, layout: Layout): Omit<Wanted, "number"> {
  const online = !random.percent(OFFLINE_PERCENT);
  const clinic = random.pick(layout.clinicOf);
  const doctor = drawDoctor(random, layout, clinic);
  const day = HORIZON_DAYS + drawDay(random);
  const start = day * DAY + OPENS + random.between(0, SLOTS_A_DAY - 1) * SLOT_MINUTES;
  const madeAt = drawMoment(random, day, start);
  const fate = drawFate(random);
  const cancelsAt = fate === "cancelled" ? random.between(madeAt, start - 1) : undefined;
  return { madeAt, clinic, online, doctor, start, fate, cancelsAt };
}

function drawDoctor(random: SeededRandom, { clinicOf, others }: Layout, clinic: number): number {
  const own = random.pick([...clinicOf.keys()].filter((doctor) => clinicOf[doctor] === clinic));
  const away = (others[own] ?? []).filter((doctor) => clinicOf[doctor] !== clinic);
  return away.length === 0 || random.percent(OWN_DOCTOR_PERCENT) ? own : random.pick(away);
}

/** A wanted day, by the weight of its weekday. */
function drawDay(random: SeededRandom): number {
  const weights = Array.from({ length: WANTED_DAYS }, (_, day) => weightOf(HORIZON_DAYS + day));
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const day = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return Math.max(day, 0);
}

function weightOf(day: number): number {
  return WEEKDAYS[day % 7] ?? 1;
}

function drawMoment(random: SeededRandom, day: number, start: number): number {
  let lead = Infinity;
  while (lead > HORIZON_DAYS) lead = (-Math.log(1 - random()) / Math.LN2) * LEAD_MEDIAN_DAYS;
  const to = lead < 1 ? (start % DAY) - 1 : WAKING.to;
  return (day - Math.floor(lead)) * DAY + random.between(WAKING.from, to);
}

function drawFate(random: SeededRandom): Fate {
  const { attended, cancelled, missed } = FATES;
  const dice = random() * 1000;
  if (dice < attended) return "attended";
  if (dice < attended + cancelled) return "cancelled";
  return dice < attended + cancelled + missed ? "missed" : "unnoted";
}

/** How a clinic comes by a network. */
export function networkOf(clinic: number): Network {
  return NETWORKS[clinic % NETWORKS.length] ?? "in the evening";
}

/** The moments at which a clinic's device has a network, in order. */
export function drawWindows(seed: number, clinic: number): readonly number[] {
  const random = seededRandom(seed).fork(`network of clinic ${clinic}`);
  const network = networkOf(clinic);
  const moments: number[] = [];
  const last = HORIZON_DAYS + WANTED_DAYS;
  for (let day = 0; day < last; day += network === "every few days" ? random.between(2, 4) : 1) {
    for (const minute of minutesWith(network, random)) moments.push(day * DAY + minute);
  }
  return moments.toSorted((left, right) => left - right);
}

function minutesWith(network: Network, random: SeededRandom): readonly number[] {
  const { from, to } = WAKING;
  if (network === "in the evening") return [random.between(to - 60, to + 60)];
  const times = network === "three times a day" ? 3 : 1;
  return Array.from({ length: times }, () => random.between(from, to));
}
