import { drawStreamId, type EntityId, operationId } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { type SeededRandom, seededRandom } from "../../../client-sdk/src/testing/seeded-random.ts";
import { VirtualTime } from "../../../client-sdk/src/testing/virtual-time.ts";
import type { DatabasePool } from "../../../server/src/database/pool.ts";
import { inTransaction } from "../../../server/src/database/transaction.ts";
import { createExecutor } from "../../../server/src/operations/executor.ts";
import type { Executor, Settlement, Submitter } from "../../../server/src/operations/submission.ts";
import { migrationTexts } from "./migration-texts.ts";
import {
  createModelDatabase,
  type ModelDatabase,
  type StatementFault,
  type StatementInfo,
} from "./model-database.ts";

const TENANT = "kenya";
const ZONE = "Africa/Nairobi";
const START = "2026-11-23T09:20+03:00";
const SYSTEM: Submitter = { tenant: TENANT, account: undefined, device: undefined, system: true };

interface Process {
  readonly pool: DatabasePool;
  readonly executor: Executor;
}

/** The server's real executor on the model, in one or more processes. */
class Clinic {
  readonly time = new VirtualTime({ start: Date.UTC(2026, 10, 22, 6) });
  readonly random: SeededRandom;
  readonly database: ModelDatabase;
  readonly trace: string[] = [];
  onStatement: (info: StatementInfo) => StatementFault | undefined = () => undefined;

  constructor(seed = 7) {
    this.random = seededRandom(seed);
    this.database = createModelDatabase({
      migrations: migrationTexts(),
      now: () => this.time.now(),
      random: this.random,
      sleep: (ms) => this.time.sleep(ms),
      after: (ms, action) => this.time.after(ms, action),
      onStatement: (info) => {
        this.trace.push(`${String(this.time.now())} ${info.owner} ${info.sql}`);
        return this.onStatement(info);
      },
    });
  }

  process(owner: string): Process {
    const pool = this.database.openPool(owner, {
      now: () => this.time.elapsed(),
      random: this.random,
      sleep: (ms, signal) => this.time.sleep(ms, signal),
      after: (ms, action) => this.time.after(ms, action),
    });
    return { pool, executor: createExecutor({ pool }) };
  }

  /** Submits as the server itself, into a fresh stream. Answers the stream's first id and what became of it. */
  async submit(
    { executor }: Process,
    type: string,
    input: unknown,
    stream = drawStreamId((count) => this.random.bytes(count)),
  ): Promise<{ readonly id: EntityId; readonly settled: Settlement }> {
    const settled = await executor.submit({
      submitter: SYSTEM,
      stream,
      from: 1,
      heard: 0,
      operations: [{ type, input, madeAt: 0 }],
      carrier: "server",
    });
    return { id: operationId(stream, 1), settled };
  }

  /** A clinic, a doctor with hours every day, and so many patients. */
  async open(process: Process, patients: number) {
    const one = async (type: string, input: unknown): Promise<EntityId> =>
      (await this.submit(process, type, input)).id;
    const clinic = await one("clinic.register", { name: "Kitui", zone: ZONE, lat: -1.37, lng: 38.01 });
    const doctor = await one("doctor.register", {
      name: "Dr Achieng",
      clinic,
      specialities: ["general-practice"],
      languages: ["sw"],
    });
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from: "08:00", to: "17:00" }] }));
    await one("availability.set", { doctor, zone: ZONE, slotMinutes: 20, bufferMinutes: 0, weekly });
    const ids: EntityId[] = [];
    for (let at = 0; at < patients; at += 1)
      ids.push(await one("patient.register", { name: `P ${String(at)}`, clinic }));
    return { clinic, doctor, patients: ids };
  }
}

function verdicts(answers: readonly { readonly settled: Settlement }[]): readonly string[] {
  return answers.map(({ settled: { outcomes } }) => {
    const [outcome] = outcomes;
    return outcome?.status === "rejected" ? outcome.problem.code : (outcome?.status ?? "none");
  });
}

describe("the server's executor on the model", () => {
  test("books a time, and refuses it to the next one", async () => {
    const clinic = new Clinic();
    const server = clinic.process("a");
    const { doctor, patients } = await clinic.time.run(clinic.open(server, 2));
    const book = (patient: EntityId | undefined) =>
      clinic.time.run(clinic.submit(server, "appointment.book", { doctor, patient, start: START }));
    expect(verdicts([await book(patients[0]), await book(patients[1])])).toEqual(["applied", "slot_taken"]);
    expect(clinic.database.rows("appointment")).toHaveLength(1);
    expect(clinic.database.rows("busy_time")).toHaveLength(8);
  });

  test("in two processes at once gives one time to one patient, and waits rather than guesses", async () => {
    const clinic = new Clinic();
    const servers = [clinic.process("a"), clinic.process("b")] as const;
    const { doctor, patients } = await clinic.time.run(clinic.open(servers[0], 2));
    clinic.onStatement = () => ({ fault: "delay", ms: 1 + clinic.random() * 5 });
    const both = Promise.all(
      servers.map((server, at) =>
        clinic.submit(server, "appointment.book", { doctor, patient: patients[at], start: START }),
      ),
    );
    expect(verdicts(await clinic.time.run(both)).toSorted()).toEqual(["applied", "slot_taken"]);
    expect(clinic.database.stats.lockWaits).toBeGreaterThan(0);
  });

  test("with a COMMIT whose answer is lost settles each operation once", async () => {
    const clinic = new Clinic();
    const server = clinic.process("a");
    const { doctor, patients } = await clinic.time.run(clinic.open(server, 1));
    let lost = 0;
    clinic.onStatement = ({ kind }) => {
      if (kind !== "commit" || lost > 1) return undefined;
      lost += 1;
      return { fault: lost === 1 ? "lost-after" : "lost-before" };
    };
    const input = { doctor, patient: patients[0], start: START };
    expect(verdicts([await clinic.time.run(clinic.submit(server, "appointment.book", input))])).toEqual([
      "applied",
    ]);
    expect(clinic.database.rows("appointment")).toHaveLength(1);
  });

  test("survives a kill of the database in the middle", async () => {
    const clinic = new Clinic();
    const server = clinic.process("a");
    const { doctor, patients } = await clinic.time.run(clinic.open(server, 1));
    clinic.onStatement = ({ kind }) => (kind === "write" ? { fault: "delay", ms: 50 } : undefined);
    const booking = clinic.submit(server, "appointment.book", { doctor, patient: patients[0], start: START });
    await clinic.time.advance(75);
    clinic.database.crash();
    clinic.database.start();
    expect(verdicts([await clinic.time.run(booking)])).toEqual(["applied"]);
  });

  test("does the same in every run of a seed", async () => {
    const run = async (seed: number): Promise<readonly string[]> => {
      const clinic = new Clinic(seed);
      const servers = [clinic.process("a"), clinic.process("b")] as const;
      const { doctor, patients } = await clinic.time.run(clinic.open(servers[0], 6));
      clinic.onStatement = ({ kind }) => {
        if (clinic.random() < 0.03) return { fault: kind === "commit" ? "lost-after" : "deadlock" };
        return clinic.random() < 0.5 ? { fault: "delay", ms: clinic.random() * 20 } : undefined;
      };
      const bookings = patients.map((patient, at) =>
        clinic.submit(servers[at % 2] ?? servers[0], "appointment.book", { doctor, patient, start: START }),
      );
      const answers = await clinic.time.run(Promise.all(bookings));
      expect(verdicts(answers).filter((verdict) => verdict === "applied")).toHaveLength(1);
      return clinic.trace;
    };
    const first = await run(11);
    expect(await run(11)).toEqual(first);
    expect(await run(12)).not.toEqual(first);
  });
});

test("a pool lets in no more than it has connections, and stands its server's restart", async () => {
  const clinic = new Clinic();
  const { pool } = clinic.process("a");
  const leases = await Promise.all(Array.from({ length: 10 }, () => pool.lease()));
  const next = pool.lease();
  await clinic.time.settle();
  expect(pool.stats()).toEqual({ size: 10, inUse: 10, waiting: 1 });
  leases[0]?.release();
  (await next).release();
  for (const lease of leases) lease.release();
  clinic.database.crash();
  await expect(pool.lease()).rejects.toMatchObject({ code: "unavailable", retry: "later" });
  clinic.database.start();
  const rows = await clinic.time.run(inTransaction(pool, (tx) => tx.query("SELECT 1 AS one")));
  expect(rows).toEqual([{ one: 1 }]);
});
