import { addDays, type EntityId, operationId, sheetId, type StreamId } from "@healthbridge/schema";
import { inTransaction, type Transaction } from "../server/src/database/transaction.ts";
import { clinicRecords, doctorRecords } from "../server/src/operations/records/directory-records.ts";
import { sheetRecords } from "../server/src/operations/records/sheet-records.ts";
import type { Stage } from "./stage.ts";

/** A place around which clinics stand. */
interface Cluster {
  readonly lat: number;
  readonly lng: number;
  /** how many clinics */
  readonly count: number;
  /** degrees within which most stand */
  readonly width: number;
}

/** Two cities that hold a third of everything, both ends of the earth, the date line, and villages everywhere. */
export const CITIES = {
  delhi: { lat: 28.61, lng: 77.21, count: 40_000, width: 0.15 },
  nairobi: { lat: -1.2921, lng: 36.8219, count: 25_000, width: 0.1 },
  fiji: { lat: -16.8, lng: 180, count: 4_000, width: 0.8 },
  north: { lat: 89.9, lng: 0, count: 500, width: 0.2 },
  south: { lat: -89.9, lng: 0, count: 500, width: 0.2 },
} as const satisfies Readonly<Record<string, Cluster>>;

const TOWNS = 1_300;
const ROWS_AT_ONCE = 4_000;
const SHEETS_EACH = 2;
const LETTERS = ["bbbbbbbbbbbbbbbbbbbbbbbb", "bbbbbfbbbbffbbbbbfbbbbbb", "ffffffffffffffffffffffff"];

/** One in a thousand doctors has it. */
export const RARE = "neurosurgery";
const SPECIALITIES = ["general-practice", "paediatrics", "surgery", "gynaecology"];
const LANGUAGES = ["en", "sw", "hi", "luo"];

/** Fills the stage's tenant: clinics with a doctor each, who has sheets from a date on. The rows are the executor's own, written without it: it is not what is measured. */
export async function fillWorld(stage: Stage, places: number, today: string): Promise<void> {
  const random = randomFrom(20_261_129);
  const positions = scattered(places, random);
  for (let at = 0; at < places; at += ROWS_AT_ONCE) {
    const some = positions.slice(at, at + ROWS_AT_ONCE);
    await inTransaction(stage.pool, (tx) => insertPlaces(tx, stage.tenant, { some, at, today, random }), {
      maxMilliseconds: 60_000,
    });
    if (at % 40_000 === 0) stage.say(`  ${String(at)} of ${String(places)} …`);
  }
}

interface Part {
  readonly some: readonly { readonly lat: number; readonly lng: number }[];
  readonly at: number;
  readonly today: string;
  readonly random: () => number;
}

async function insertPlaces(
  tx: Transaction,
  tenant: string,
  { some, at, today, random }: Part,
): Promise<void> {
  const clinics = some.map((position, offset) => ({
    tenant,
    entity: {
      id: idAt("benchClinicsHere", at + offset),
      name: `Clinic ${at + offset}`,
      zone: "Etc/UTC",
      ...position,
    },
  }));
  await clinicRecords.insert(tx, clinics);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? "";
  const doctors = clinics.map(({ entity }, offset) => ({
    tenant,
    entity: {
      id: idAt("benchDoctorsHere", at + offset),
      name: `Dr ${String(Math.floor(random() * 1e9))}`,
      clinic: entity.id,
      specialities: random() < 0.001 ? [RARE] : [pick(SPECIALITIES)],
      languages: ["en", pick(LANGUAGES)],
      ...(random() < 0.8 ? { fee: { amount: 5_000 * Math.floor(random() * 40), currency: "KES" } } : {}),
    },
  }));
  await doctorRecords.insert(tx, doctors);
  const sheets = doctors.flatMap(({ entity }) =>
    Array.from({ length: SHEETS_EACH }, (_, day) => {
      const date = addDays(today, day);
      const first = Date.parse(`${date}T06:00:00Z`) / 60_000;
      return {
        tenant,
        entity: {
          id: sheetId(entity.id, date),
          zone: "Etc/UTC",
          runs: [[first, 0, 20, 20, pick(LETTERS)] satisfies [number, number, number, number, string]],
        },
      };
    }),
  );
  await sheetRecords.insert(tx, sheets);
}

function scattered(places: number, random: () => number): { lat: number; lng: number }[] {
  const cities = Object.values(CITIES);
  const scale = places / 200_000;
  const positions = cities.flatMap((city) =>
    Array.from({ length: Math.round(city.count * scale) }, () => near(city, random)),
  );
  const towns = Array.from({ length: TOWNS }, () => ({
    lat: -35 + random() * 95,
    lng: -180 + random() * 360,
    width: 0.3,
  }));
  while (positions.length < places)
    positions.push(near(towns[positions.length % TOWNS] ?? CITIES.delhi, random));
  return positions;
}

/** The sum of three dice is nearly a bell; the longitude goes on over the date line. */
function near(
  { lat, lng, width }: Pick<Cluster, "lat" | "lng" | "width">,
  random: () => number,
): { lat: number; lng: number } {
  const away = (): number => (random() + random() + random() - 1.5) * 2 * width;
  const north = Math.max(-90, Math.min(90, lat + away()));
  const east = lng + away() / Math.max(0.01, Math.cos((lat * Math.PI) / 180));
  return { lat: north, lng: ((((east + 180) % 360) + 360) % 360) - 180 };
}

function idAt(stream: StreamId, at: number): EntityId {
  return operationId(stream, at + 1);
}

/** mulberry32: the same world each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
