import { canonicalText, operationId, type StreamId } from "@healthbridge/schema";
import { expect } from "vitest";
import type { SqlValue } from "../../../server/src/database/lease.ts";
import type { Line } from "../support/line.ts";
import { type Actor, type Appointment, type Input, Reference, type Slot, type Verdict } from "./reference.ts";
import { outcomeOf, type Told } from "./run-program.ts";
import type { Servers, Tenant } from "./tenant.ts";
import { of, type Sent } from "./to-operation.ts";

/**
 * Notes in a test's own database, by triggers, in which order operations were decided and feeds were numbered. An operation's row is written while everything its decision
 * rests on is locked, so this order is one in which they could have been done one after another.
 */
export const NOTES = [
  "CREATE TABLE decided (seq BIGINT AUTO_INCREMENT PRIMARY KEY, stream_id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin, number BIGINT)",
  "CREATE TRIGGER note_decided AFTER INSERT ON operation FOR EACH ROW INSERT INTO decided (stream_id, number) VALUES (NEW.stream_id, NEW.number)",
  "CREATE TABLE numbered (seq BIGINT AUTO_INCREMENT PRIMARY KEY, feed BIGINT, number BIGINT)",
  "CREATE TRIGGER note_new AFTER INSERT ON feed_entry FOR EACH ROW INSERT INTO numbered (feed, number) VALUES (NEW.feed, NEW.number)",
  "CREATE TRIGGER note_again AFTER UPDATE ON feed_entry FOR EACH ROW INSERT INTO numbered (feed, number) VALUES (NEW.feed, NEW.number)",
];

interface Decided {
  readonly stream: StreamId;
  readonly number: number;
  readonly type: string;
  readonly input: string;
  readonly account: string;
  readonly applied: number;
  readonly outcome: string | null;
  readonly now: number;
}

/** Everything that has to hold after a program was run. */
export async function checkRun(
  line: Line,
  servers: Servers,
  tenant: Tenant,
  told: readonly Told[],
): Promise<void> {
  const decided = await readDecided(line, tenant);
  const reference = expectExplained(tenant, decided, told);
  expectTruth(decided, told);
  await expectSameState(line, tenant, reference);
  await expectGaplessFeeds(line, tenant);
  await expectRepeatable(servers, told);
}

async function readDecided(line: Line, tenant: Tenant): Promise<readonly Decided[]> {
  return rowsOf<Decided>(
    line,
    `SELECT o.stream_id AS stream, o.number, o.type, o.input, o.account_id AS account, o.applied, o.outcome, o.decided_at AS now
     FROM decided d JOIN operation o ON o.stream_id = d.stream_id AND o.number = d.number
     WHERE o.tenant_id = ? AND o.account_id <> 'system' ORDER BY d.seq`,
    [tenant.name],
  );
}

/** One after another, in the order they were decided in, the reference says the same of every operation. */
function expectExplained(tenant: Tenant, decided: readonly Decided[], told: readonly Told[]): Reference {
  const clinicOfDoctor = new Map(tenant.doctors.map((doctor, at) => [doctor, of(tenant.clinics, at)]));
  const reference = new Reference(clinicOfDoctor, tenant.accountOfDoctor);
  const actors = new Map<string, Actor>(tenant.people.map(({ actor }) => [actor.account, actor]));
  for (const row of decided) {
    const actor = actors.get(row.account);
    const sent = contentsOf(told, row.stream, row.number).find((each) => isContentOf(each, row));
    if (actor === undefined || sent === undefined) throw new Error(`nobody asked for ${JSON.stringify(row)}`);
    const id = operationId(row.stream, row.number);
    const expected = reference.settle({
      id,
      type: sent.type,
      input: sent.input,
      after: sent.after ?? [],
      actor,
      now: row.now,
    });
    expect({ id, type: row.type, input: sent.input, ...verdictOf(row) }).toEqual({
      id,
      type: row.type,
      input: sent.input,
      ...expected,
    });
  }
  return reference;
}

/** Whoever sent what was decided was told what is stored; whoever sent something else at that number was told so. */
function expectTruth(decided: readonly Decided[], told: readonly Told[]): void {
  const rows = new Map(decided.map((row) => [operationId(row.stream, row.number), row]));
  for (const { stream, from, operations, settlement } of told) {
    for (const [at, sent] of operations.entries()) {
      const number = from + at;
      const row = rows.get(operationId(stream, number));
      const outcome = outcomeOf(settlement, number);
      if (outcome === undefined) {
        expect(settlement.fork, "only behind a fork is nothing said").toBe(true);
        continue;
      }
      if (row === undefined) throw new Error(`${stream}.${number} was answered and is not stored`);
      const stored =
        row.applied === 1
          ? {
              number,
              status: "applied",
              ...(row.outcome === null ? {} : { output: JSON.parse(row.outcome) }),
            }
          : { number, status: "rejected", problem: JSON.parse(row.outcome ?? "{}") };
      const reused = { number, status: "rejected", problem: { code: "key_reused" } };
      expect(outcome).toEqual(isContentOf(sent, row) ? stored : reused);
    }
  }
}

async function expectSameState(line: Line, tenant: Tenant, reference: Reference): Promise<void> {
  const appointments = await rowsOf<Appointment & { readonly id: string }>(
    line,
    `SELECT id, doctor_id AS doctor, clinic_id AS clinic, patient_id AS patient, start_at DIV 60000 AS start, minutes, status
     FROM appointment WHERE tenant_id = ? ORDER BY id`,
    [tenant.name],
  );
  const expected = [...reference.appointments].map(([id, each]) => ({ ...each, id })).toSorted(byId);
  expect(appointments.toSorted(byId)).toEqual(expected);
  expect(overlapsIn(appointments)).toEqual([]);

  const sheets = await rowsOf<{ readonly id: string; readonly runs: string }>(
    line,
    "SELECT id, runs FROM day_sheet WHERE tenant_id = ? ORDER BY id",
    [tenant.name],
  );
  const stored = new Map(sheets.map(({ id, runs }) => [id, slotsOfRuns(runs)]));
  for (const [id, slots] of reference.sheets)
    expect({ id, slots: stored.get(id) ?? [] }).toEqual({ id, slots });

  const shown = await rowsOf<{ readonly text: string }>(
    line,
    `SELECT CONCAT(f.name, ' ', e.entity_id) AS text FROM feed_entry e JOIN feed f ON f.handle = e.feed
     WHERE f.tenant_id = ? AND e.kind = 'patient' AND e.gone = 0`,
    [tenant.name],
  );
  expect(shown.map(({ text }) => text).toSorted()).toEqual([...reference.shown].toSorted());
}

/** Every feed's numbers are 1, 2, 3 … in the order they were written. */
async function expectGaplessFeeds(line: Line, tenant: Tenant): Promise<void> {
  const feeds = await rowsOf<{ readonly handle: number; readonly number: number }>(
    line,
    "SELECT handle, number FROM feed WHERE tenant_id = ?",
    [tenant.name],
  );
  const numbered = await rowsOf<{ readonly feed: number; readonly number: number }>(
    line,
    "SELECT n.feed, n.number FROM numbered n JOIN feed f ON f.handle = n.feed WHERE f.tenant_id = ? ORDER BY n.seq",
    [tenant.name],
  );
  for (const { handle, number } of feeds) {
    const numbers = numbered.filter(({ feed }) => feed === handle).map((each) => each.number);
    expect(numbers).toEqual(Array.from({ length: number }, (_, at) => at + 1));
  }
}

/** The same again, to another server, gets the same bytes. Behind a fork more may be said than the first time: more of the stream is settled by then. */
async function expectRepeatable(servers: Servers, told: readonly Told[]): Promise<void> {
  for (const [at, { submitter, stream, from, operations, settlement }] of told.entries()) {
    const executor = of(servers.executors, at % servers.executors.length);
    const again = await executor.submit({
      submitter,
      stream,
      from,
      heard: from - 1,
      operations,
      carrier: "queue",
    });
    const told = settlement.fork ? again.outcomes.slice(0, settlement.outcomes.length) : again.outcomes;
    expect(JSON.stringify(told)).toBe(JSON.stringify(settlement.outcomes));
  }
}

/** What a row says became of its operation, in the reference's words. */
function verdictOf({ applied, outcome }: Decided): Verdict {
  const told: { readonly code?: string; readonly start?: string; readonly wish?: number } = JSON.parse(
    outcome ?? "{}",
  );
  if (applied === 0) return { verdict: told.code ?? "" };
  if (told.start === undefined) return { verdict: "applied" };
  return { verdict: "applied", start: Date.parse(told.start) / 60_000, wish: told.wish ?? 0 };
}

function contentsOf(told: readonly Told[], stream: string, number: number): readonly Sent[] {
  return told
    .filter((each) => each.stream === stream)
    .flatMap(({ from, operations }) => operations.filter((_, at) => from + at === number));
}

function isContentOf(sent: Sent, row: { readonly type: string; readonly input: string }): boolean {
  return sent.type === row.type && canonicalText(withoutUndefined(sent.input)) === row.input;
}

function withoutUndefined(input: Input): Input {
  return JSON.parse(JSON.stringify(input));
}

function overlapsIn(appointments: readonly (Appointment & { readonly id: string })[]): readonly string[] {
  const holding = appointments.filter(({ status }) => status !== "cancelled");
  return holding.flatMap((left) =>
    holding
      .filter(
        (right) => left.id < right.id && (left.doctor === right.doctor || left.patient === right.patient),
      )
      .filter((right) => left.start < right.start + right.minutes && right.start < left.start + left.minutes)
      .map((right) => `${left.id} and ${right.id}`),
  );
}

function slotsOfRuns(text: string): readonly Slot[] {
  const runs: readonly [number, number, number, number, string][] = JSON.parse(text);
  return runs
    .flatMap(([first, , minutes, step, states]) =>
      Array.from(states, (state, at) => ({
        start: first + at * step,
        minutes,
        state: state as Slot["state"],
      })),
    )
    .toSorted((left, right) => left.start - right.start);
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? -1 : 1;
}

async function rowsOf<Row extends object>(
  line: Line,
  sql: string,
  values: readonly SqlValue[],
): Promise<readonly Row[]> {
  const rows: readonly object[] = (await line.must(sql, values)).rows;
  return rows as readonly Row[];
}
