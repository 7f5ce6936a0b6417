import { EARTH_RADIUS_METRES } from "@healthbridge/schema";
import { read } from "../server/src/database/read.ts";
import { SingleConnection } from "../server/src/database/single-connection.ts";
import { CITIES, fillWorld, RARE } from "./nearby-world.ts";
import { accessToken, median, type Stage } from "./stage.ts";

/** What one question costs. */
interface Timing {
  /** milliseconds over HTTP, the middle of the rounds and the worst */
  readonly median: number;
  readonly worst: number;
  /** doctors on the page */
  readonly found: number;
}

/** What `bench nearby` finds. */
export interface NearbyResult {
  readonly places: number;
  readonly questions: Readonly<Record<string, Timing>>;
  /** the same first question as a scan of all doctors, in the database alone */
  readonly scan: { readonly median: number };
  /** how many times as fast the index is, HTTP and all, for each question */
  readonly timesAsFast: Readonly<Record<string, number>>;
}

const DAY_MS = 86_400_000;
const HIGHEST_PAGE = 20;

/** Measures the search for doctors against a real server: cities, villages, the sea, both ends of the earth, the date line. */
export async function measureNearby(stage: Stage, places: number, rounds: number): Promise<NearbyResult> {
  const today = new Date(Date.now()).toISOString().slice(0, 10);
  stage.say(`Setting the scene: ${String(places)} clinics with a doctor each, who has two day sheets …`);
  await fillWorld(stage, places, today);
  await analyse(stage);
  const token = await accessToken(stage, await stage.staff(stage.clinic));
  const ask = async (query: string): Promise<Answer> => {
    const response = await fetch(`${stage.url}/v1/doctors?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const answer: unknown = await response.json();
    if (!isAnswer(answer)) throw new Error(`${query}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const questions: Record<string, Timing> = {};
  const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
  for (const [name, query] of Object.entries(await questionsFor(ask, tomorrow))) {
    questions[name] = await timed(rounds, () => ask(query));
    stage.say(`  ${name}: ${questions[name].median.toFixed(1)} ms, ${String(questions[name].found)} found`);
  }
  const scan = { median: (await timed(Math.min(rounds, 5), () => scanAll(stage))).median };
  stage.say(`  a scan of everything, in the database alone: ${scan.median.toFixed(1)} ms`);
  const timesAsFast = Object.fromEntries(
    Object.entries(questions).map(([name, timing]) => [
      name,
      Number((scan.median / timing.median).toFixed(1)),
    ]),
  );
  return { places, questions, scan, timesAsFast };
}

/** A database that was filled by hand has not counted its rows yet; one that lives has. */
async function analyse({ databaseUrl }: Stage): Promise<void> {
  await using connection = await SingleConnection.open(databaseUrl);
  await connection.run("ANALYZE TABLE clinic, doctor, day_sheet");
}

interface Answer {
  readonly items: readonly unknown[];
  readonly next?: string;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "items" in value && Array.isArray(value.items);
}

async function questionsFor(
  ask: (query: string) => Promise<Answer>,
  tomorrow: string,
): Promise<Readonly<Record<string, string>>> {
  const { delhi, nairobi, fiji, north, south } = CITIES;
  const at = ({ lat, lng }: { readonly lat: number; readonly lng: number }) =>
    `near=${String(lat)},${String(lng)}`;
  return {
    delhi: at(delhi),
    nairobi: at(nairobi),
    "nairobi, a speciality and a language": `${at(nairobi)}&speciality=surgery&language=sw`,
    "delhi, rare speciality": `${at(delhi)}&speciality=${RARE}`,
    "delhi, fee up to": `${at(delhi)}&currency=KES&feeUpTo=20000`,
    "delhi, by fee": `${at(delhi)}&currency=KES&sort=fee`,
    "delhi, by next free time": `${at(delhi)}&sort=nextFree`,
    "delhi, free tomorrow": `${at(delhi)}&freeOn=${tomorrow}`,
    [`delhi, page ${String(HIGHEST_PAGE)}`]: await pageAfter(ask, at(delhi)),
    "a village": at({ lat: 12.5, lng: 20.5 }),
    "a village, 500 km": `${at({ lat: 12.5, lng: 20.5 })}&withinKm=500`,
    "the sea, 500 km": `${at({ lat: -60, lng: -120 })}&withinKm=500`,
    "over the date line": `${at({ ...fiji, lng: 179.999 })}&withinKm=100`,
    "the north pole": `${at(north)}&withinKm=100`,
    "the south pole": `${at(south)}&withinKm=100`,
    "by name": "limit=50",
  };
}

async function pageAfter(ask: (query: string) => Promise<Answer>, query: string): Promise<string> {
  let wanted = query;
  for (let page = 1; page < HIGHEST_PAGE; page += 1) {
    const { next } = await ask(wanted);
    if (next === undefined) break;
    wanted = `${query}&after=${next}`;
  }
  return wanted;
}

async function timed(
  rounds: number,
  work: () => Promise<{ readonly items: readonly unknown[] }>,
): Promise<Timing> {
  let found = (await work()).items.length;
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    found = (await work()).items.length;
    times.push(performance.now() - started);
  }
  return { median: Number(median(times).toFixed(2)), worst: Number(Math.max(...times).toFixed(2)), found };
}

/** What the search would be without boxes: the distance of every clinic, and all of them sorted. */
async function scanAll(stage: Stage): Promise<Answer> {
  const { lat, lng } = CITIES.nairobi;
  const metres = `ROUND(${String(2 * EARTH_RADIUS_METRES)} * ASIN(SQRT(LEAST(1, POW(SIN((RADIANS(c.lat) - RADIANS(?)) / 2), 2)
    + COS(RADIANS(?)) * COS(RADIANS(c.lat)) * POW(SIN((RADIANS(c.lng) - RADIANS(?)) / 2), 2)))))`;
  const items = await read(stage.pool, (reader) =>
    reader.query(
      `SELECT d.id, d.name, ${metres} AS metres FROM doctor d IGNORE INDEX (doctor_search) JOIN clinic c IGNORE INDEX (clinic_position) ON c.id = d.clinic_id
       WHERE d.tenant_id = ? HAVING metres <= 50000 ORDER BY metres, d.id LIMIT 51`,
      [lat, lat, lng, stage.tenant],
    ),
  );
  return { items };
}
