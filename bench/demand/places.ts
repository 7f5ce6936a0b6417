import { type Clinic, metresBetween } from "@healthbridge/schema";
import { fileURLToPath } from "node:url";
import { KENYA } from "../../server/src/import/country.ts";
import { facilityRows, surveyFacilities } from "../../server/src/import/facility-rows.ts";
import { DOCTORS_PER_CLINIC, REACH } from "./assumptions.ts";
import type { Layout } from "./generate.ts";

/** A real clinic of the register. */
export interface Place {
  readonly name: string;
  readonly lat: number;
  readonly lng: number;
}

const REGISTER = fileURLToPath(new URL("../../server/data/kenya-mfl-2020.csv.gz", import.meta.url));
const COUNTY = "Kitui";
const HUB = "Kitui County Referral Hospital";
const LEVELS: ReadonlySet<unknown> = new Set(["Level 3", "Level 4"] satisfies readonly Clinic["level"][]);
const OWNER = "Ministry of Health";
/** Two entries nearer to each other than this are one compound. */
const LEAST_METRES = 3_000;

/** Public health centres and hospitals around a referral hospital of a rural county, the nearest first; the first is the hospital. */
export async function realPlaces(count: number): Promise<readonly Place[]> {
  const { reading } = await surveyFacilities(REGISTER, KENYA);
  const found: Place[] = [];
  for await (const { input } of facilityRows(REGISTER, reading, KENYA)) {
    const { name, lat, lng, county, level, owner } = input;
    if (county !== COUNTY || owner !== OWNER || !LEVELS.has(level)) continue;
    if (typeof lat === "number" && typeof lng === "number") found.push({ name: String(name), lat, lng });
  }
  const hub = found.find(({ name }) => name === HUB);
  if (hub === undefined) throw new Error(`the register has no ${HUB}`);
  const chosen: Place[] = [];
  for (const place of found.toSorted((left, right) => metresBetween(hub, left) - metresBetween(hub, right)))
    if (chosen.every((other) => metresBetween(other, place) >= LEAST_METRES)) chosen.push(place);
  if (chosen.length < count) throw new Error(`the register has ${chosen.length} such clinics, not ${count}`);
  return chosen.slice(0, count);
}

/** Spreads so many doctors over clinics. */
export function layOut(places: readonly Place[], doctors: number): Layout {
  const clinicOf = Array.from({ length: doctors }, (_, doctor) => doctor % places.length);
  const metres = (one: number, other: number): number => {
    const [here, there] = [places[clinicOf[one] ?? 0], places[clinicOf[other] ?? 0]];
    return here && there ? metresBetween(here, there) : Infinity;
  };
  const others = [...clinicOf.keys()].map((doctor) =>
    [...clinicOf.keys()]
      .filter((other) => other !== doctor && metres(doctor, other) <= REACH.km * 1_000)
      .toSorted((left, right) => metres(doctor, left) - metres(doctor, right)),
  );
  return { clinicOf, others };
}

/** How many clinics so many doctors need. */
export function clinicsFor(doctors: number): number {
  return Math.ceil(doctors / DOCTORS_PER_CLINIC);
}
