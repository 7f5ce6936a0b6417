import { drawStreamId, operationId } from "@healthbridge/schema";
import { randomBytes, randomUUID } from "node:crypto";
import { read } from "../server/src/database/read.ts";
import { SingleConnection } from "../server/src/database/single-connection.ts";
import { accessToken, median, openDoctors, openPatients, type Stage } from "./stage.ts";

/** What `bench replay` finds; bookings per second are medians over the rounds of one run. */
export interface ReplayResult {
  readonly batchPerSecond: number;
  readonly singlePerSecond: number;
  /** batches of 500 over one at a time */
  readonly ratio: number;
  /** the same rows by the plainest multi-row INSERTs, in bookings per second */
  readonly insertPerSecond: number;
  /** batchPerSecond over insertPerSecond */
  readonly ofInsertLimit: number;
  readonly rounds: readonly {
    readonly batchPerSecond: number;
    readonly singlePerSecond: number;
    readonly insertPerSecond: number;
  }[];
}

const BATCH = 500;
const BATCHES = 2;
const SINGLES = 150;
const SETTLED_TABLES = ["appointment", "busy_time", "operation", "feed_entry"] as const;

/** Measures one client: batches through the sync endpoint against the single-booking route of the same server, in turns. */
export async function measureReplay(stage: Stage, rounds: number): Promise<ReplayResult> {
  stage.say("Setting the scene: doctors, their hours, patients …");
  const starts = (await openDoctors(stage, 20, 14))[Symbol.iterator]();
  const patients = await openPatients(stage, 4_000);
  const token = await accessToken(stage, await stage.staff(stage.clinic));
  const next = (at: number) => {
    const { value, done } = starts.next();
    if (done === true) throw new Error("the bench ran out of free slots");
    return { ...value, patient: patients[(at * 7) % patients.length] };
  };
  let made = 0;
  const found: { batchPerSecond: number; singlePerSecond: number; insertPerSecond: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const stream = drawStreamId((count) => randomBytes(count));
    const batches = Array.from({ length: BATCHES }, () => Array.from({ length: BATCH }, () => next(made++)));
    const batchPerSecond = await perSecond(BATCH * BATCHES, async () => {
      for (const [at, bookings] of batches.entries())
        await sendBatch(stage, token, stream, at * BATCH + 1, bookings);
    });
    const singles = Array.from({ length: SINGLES }, () => next(made++));
    const singlePerSecond = await perSecond(SINGLES, async () => {
      for (const booking of singles) await sendSingle(stage, token, booking);
    });
    const insertPerSecond = await plainInserts(stage, stream);
    found.push({ batchPerSecond, singlePerSecond, insertPerSecond });
    stage.say(
      `Round ${round} of ${rounds}: ${Math.round(batchPerSecond)} in batches, ${Math.round(singlePerSecond)} one by one, ${Math.round(insertPerSecond)} plain inserts (bookings a second)`,
    );
  }
  const batchPerSecond = median(found.map((each) => each.batchPerSecond));
  const singlePerSecond = median(found.map((each) => each.singlePerSecond));
  const insertPerSecond = median(found.map((each) => each.insertPerSecond));
  return {
    batchPerSecond,
    singlePerSecond,
    ratio: median(found.map((each) => each.batchPerSecond / each.singlePerSecond)),
    insertPerSecond,
    ofInsertLimit: median(found.map((each) => each.batchPerSecond / each.insertPerSecond)),
    rounds: found,
  };
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (count * 1000) / (performance.now() - began);
}

async function sendBatch(
  stage: Stage,
  token: string,
  stream: string,
  from: number,
  bookings: readonly object[],
): Promise<void> {
  const operations = bookings.map((input) => ({ type: "appointment.book", input, madeAt: 0 }));
  const answer = await post(`${stage.url}/v1/sync`, token, { protocol: 1, stream, from, operations });
  if (!answer.includes(`"settled":${from + bookings.length - 1},`) || answer.includes('"problem"'))
    throw new Error(`a batch was not applied whole: ${answer.slice(0, 300)}`);
}

async function sendSingle(stage: Stage, token: string, booking: object): Promise<void> {
  await post(`${stage.url}/v1/appointments`, token, booking, { "idempotency-key": randomUUID() });
}

async function post(
  url: string,
  token: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<string> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text.slice(0, 300)}`);
  return text;
}

/** Writes the rows that the round's batches left behind once more, into bare copies of their tables: one transaction for each 500 bookings, one INSERT for each table. */
async function plainInserts(stage: Stage, stream: string): Promise<number> {
  const batches = await Promise.all(
    Array.from({ length: BATCHES }, (_, at) => rowsOfBatch(stage, stream, at * BATCH + 1)),
  );
  await using connection = await SingleConnection.open(stage.databaseUrl);
  for (const table of SETTLED_TABLES) {
    await connection.run(`DROP TABLE IF EXISTS bench_${table}`);
    await connection.run(`CREATE TABLE bench_${table} LIKE ${table}`);
  }
  return await perSecond(BATCH * BATCHES, async () => {
    for (const batch of batches) {
      await connection.run("BEGIN");
      for (const { table, columns, rows } of batch)
        await connection.run(`INSERT INTO bench_${table} (${columns}) VALUES ?`, [rows]);
      await connection.run("COMMIT");
    }
  });
}

type Value = string | number | null;

async function rowsOfBatch(stage: Stage, stream: string, from: number) {
  const ids = Array.from({ length: BATCH }, (_, at) => operationId(stream, from + at));
  const found = await read(stage.pool, async (reader) => ({
    appointment: await reader.query<Record<string, Value>>(
      "SELECT id, tenant_id, doctor_id, clinic_id, patient_id, start_at, offset_minutes, minutes, zone, status, reason, cancel_reason FROM appointment WHERE id IN (?)",
      [ids],
    ),
    busy_time: await reader.query<Record<string, Value>>(
      "SELECT * FROM busy_time WHERE appointment_id IN (?)",
      [ids],
    ),
    operation: await reader.query<Record<string, Value>>(
      "SELECT * FROM operation WHERE stream_id = ? AND number BETWEEN ? AND ?",
      [stream, from, from + BATCH - 1],
    ),
    feed_entry: await reader.query<Record<string, Value>>(
      "SELECT * FROM feed_entry WHERE kind = 'appointment' AND entity_id IN (?)",
      [ids],
    ),
  }));
  return SETTLED_TABLES.map((table) => ({
    table,
    columns: Object.keys(found[table][0] ?? {})
      .map((name) => `\`${name}\``)
      .join(", "),
    rows: found[table].map((row) => Object.values(row)),
  }));
}
