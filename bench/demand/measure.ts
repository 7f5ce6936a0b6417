import { migrate } from "../../server/src/database/migrate.ts";
import { createProgressLine } from "../../server/src/import/progress-line.ts";
import { overlaps, sheetsWrong } from "../contention.ts";
import { openDatabase } from "../stage.ts";
import { type Arm, ARMS, type ArmName } from "./arms.ts";
import { MAIN_LOAD, OTHER_LOADS, SLOTS_A_DAY, WANTED_DAYS } from "./assumptions.ts";
import { instantOf } from "./calendar.ts";
import { countLeases, type LeaseResult } from "./count-leases.ts";
import { type ArmResult, countArm } from "./count.ts";
import { drawDemand, type Layout } from "./generate.ts";
import { type House, openHouse } from "./house.ts";
import { leaseLine, picture } from "./picture.ts";
import { clinicsFor, layOut, type Place, realPlaces } from "./places.ts";
import { replayDemand } from "./replay.ts";

/** What is drawn. */
export interface DemandOptions {
  readonly seed: number;
  /** about how many requests each arm gets at the main load; the number of doctors follows from it */
  readonly requests: number;
  readonly say: (line: string) => void;
}

/** What every arm came to. */
type Arms = Readonly<Record<ArmName, ArmResult>> & { readonly leases: LeaseResult };

/** What `bench demand` finds: at the top what it came to at the main load. */
export interface DemandResult extends Arms {
  readonly seed: number;
  readonly clinics: number;
  readonly doctors: number;
  readonly slots: number;
  readonly load: number;
  readonly requests: number;
  /** pairs of appointments that share a doctor's or a patient's time, in all arms at all loads */
  readonly overlaps: number;
  /** slots whose sheet says otherwise than the appointments do */
  readonly sheetsWrong: number;
  /** answers a client should never see, exchanges that failed, and confirmations that came otherwise */
  readonly errors: number;
  readonly otherLoads: readonly (Arms & { readonly load: number; readonly requests: number })[];
}

/** Replays one demand with each way of asking: at the main load, and at some others. */
export async function measureDemand({ seed, requests, say }: DemandOptions): Promise<DemandResult> {
  await using stack = new AsyncDisposableStack();
  const { databaseUrl } = await openDatabase(say, stack);
  await migrate({ url: databaseUrl, say });
  const doctors = Math.max(2, Math.round(requests / MAIN_LOAD / (WANTED_DAYS * SLOTS_A_DAY)));
  const places = await realPlaces(clinicsFor(doctors));
  const slots = doctors * WANTED_DAYS * SLOTS_A_DAY;
  say(`Seed ${seed}: ${doctors} doctors at ${places.length} clinics of Kitui county, ${slots} slots.`);
  // The arms run beside each other, so each has a server of its own, which has a time of its own.
  const houseOf = async () => stack.use(await openHouse(databaseUrl, instantOf(0)));
  const houses = { singleWish: await houseOf(), rankedWishes: await houseOf(), leases: await houseOf() };
  const world: World = { houses, places, layout: layOut(places, doctors), seed, slots };
  const main = await measureLoad(world, MAIN_LOAD);
  const otherLoads = [];
  for (const load of OTHER_LOADS) otherLoads.push(await measureLoad(world, load));
  const all = [main, ...otherLoads].toSorted((left, right) => left.load - right.load);
  const lines = all.flatMap((each) =>
    ARMS.map(({ name, label }) => ({ load: each.load, label, result: each[name] })),
  );
  say(picture(lines));
  for (const { load, leases } of all) say(leaseLine(load, leases));
  return {
    ...main,
    seed,
    clinics: places.length,
    doctors,
    slots,
    overlaps: await overlaps(houses.singleWish),
    sheetsWrong: await sheetsWrong(houses.singleWish),
    errors: lines.reduce((sum, { result }) => sum + result.errors, 0),
    otherLoads,
  };
}

interface World {
  readonly houses: Readonly<Record<ArmName, House>>;
  readonly places: readonly Place[];
  readonly layout: Layout;
  readonly seed: number;
  readonly slots: number;
}

/** Replays the demand of one load, in all arms at once. */
async function measureLoad(world: World, load: number): Promise<DemandResult["otherLoads"][number]> {
  const requests = Math.round(world.slots * load);
  const demand = drawDemand(world.seed, requests, world.layout);
  const progress = sharedProgress(`Load ${load.toFixed(1)}, ${requests} requests in ${ARMS.length} arms`);
  const replay = (arm: Arm) =>
    replayDemand({ ...world, house: world.houses[arm.name], demand, arm, progress: progress() });
  const [single, ranked, leases] = ARMS;
  const [first, second, third] = await Promise.all([replay(single), replay(ranked), replay(leases)]);
  const { slots } = world;
  return {
    load,
    requests,
    singleWish: countArm(single, first, slots),
    rankedWishes: countArm(ranked, second, slots),
    leases: { ...countArm(leases, third, slots), ...countLeases(leases, third, slots) },
  };
}

/** One line for all arms of a load, which go through as many events each. */
function sharedProgress(label: string): () => (done: number, all: number) => void {
  const line = createProgressLine(process.stdout, label);
  const parts: number[] = [];
  return () => {
    const arm = parts.push(0) - 1;
    return (done, all) => {
      parts[arm] = done;
      const sum = parts.reduce((left, right) => left + right, 0);
      if (sum % 50 === 0 || done === all) line.show(sum, all * parts.length);
      if (sum === all * parts.length) line.end();
    };
  };
}
