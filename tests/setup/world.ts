import { drawStreamId, type EntityId, operationId, type StreamId } from "@healthbridge/schema";
import { randomBytes } from "node:crypto";
import { type DatabasePool, openPool } from "../../server/src/database/pool.ts";
import { createExecutor, type ExecutorParts } from "../../server/src/operations/executor.ts";
import { type DatabaseClock, withClock } from "./database-clock.ts";
import type { Executor, Outcome, Settlement, Submitter } from "../../server/src/operations/submission.ts";

/** Somebody with a device, and the stream it writes. */
export interface Person {
  readonly submitter: Submitter;
  readonly account: EntityId;
  readonly stream: StreamId;
}

/** An operation as a test writes it. */
export interface Asked {
  readonly type: string;
  readonly input: unknown;
  readonly after?: readonly EntityId[];
  readonly sum?: string;
}

/** A small tenant on a real database: one clinic, one doctor with hours every day, one member of staff. */
export interface World extends AsyncDisposable {
  readonly pool: DatabasePool;
  readonly executor: Executor;
  readonly tenant: string;
  readonly clinic: EntityId;
  readonly doctor: EntityId;
  readonly staff: Person;
  /** Applies operations as the server itself; answers their ids. */
  asSystem(operations: readonly Asked[]): Promise<readonly EntityId[]>;
  person(
    role: "patient" | "staff" | "administrator" | "doctor",
    more?: { readonly clinics?: readonly EntityId[]; readonly doctor?: EntityId },
  ): Promise<Person>;
  /** Submits as a person, at a number of her stream. */
  submit(
    person: Person,
    from: number,
    operations: readonly Asked[],
    more?: { readonly stream?: StreamId; readonly heard?: number },
  ): Promise<Settlement>;
}

/** The zone of the clinic in tests; it has no summer time. */
export const ZONE = "Africa/Nairobi";

/** A fresh stream id. */
export function newStream(): StreamId {
  return drawStreamId((count) => randomBytes(count));
}

/** A week with the same hours every day. */
export function everyDay(from: string, to: string) {
  return [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from, to }] }));
}

/** `days` from today in the tests' zone, at a wall time: `2026-11-23T09:20+03:00`. */
export function startIn(days: number, time: string): string {
  const date = new Date(Date.now() + 3 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
  return `${date}T${time}+03:00`;
}

/** The code an outcome was rejected with, or `applied`. */
export function verdict(outcome: Outcome | undefined): string | undefined {
  return outcome?.status === "rejected" ? outcome.problem.code : outcome?.status;
}

export async function openWorld(
  url: string,
  parts: Partial<ExecutorParts> = {},
  tenant = `t${randomBytes(4).toString("hex")}`,
  clock?: DatabaseClock,
): Promise<World> {
  const real = openPool({ url });
  const pool = clock === undefined ? real : withClock(real, clock);
  const executor = createExecutor({ pool, ...parts });
  const asSystem = async (operations: readonly Asked[]): Promise<readonly EntityId[]> => {
    const stream = newStream();
    const made = operations.map((each) => ({ ...each, madeAt: 0 }));
    const submitter: Submitter = { tenant, account: undefined, device: undefined, system: true };
    const settled = await executor.submit({
      submitter,
      stream,
      from: 1,
      heard: 0,
      operations: made,
      carrier: "server",
    });
    const bad = settled.outcomes.find((each) => each.status === "rejected");
    if (bad !== undefined) throw new Error(JSON.stringify(bad));
    return operations.map((_, at) => operationId(stream, at + 1));
  };
  const one = async (operation: Asked): Promise<EntityId> => (await asSystem([operation]))[0] ?? "";
  const person: World["person"] = async (role, more = {}) => {
    const account = await one({
      type: "account.register",
      input: { login: `p${randomBytes(6).toString("hex")}`, name: "Test", role, ...more },
    });
    const device = await one({ type: "device.add", input: { account, name: "device" } });
    return { account, stream: newStream(), submitter: { tenant, account, device } };
  };
  const submit: World["submit"] = (who, from, operations, more = {}) =>
    executor.submit({
      submitter: who.submitter,
      stream: more.stream ?? who.stream,
      from,
      heard: more.heard ?? from - 1,
      operations: operations.map((each) => ({ ...each, madeAt: 0 })),
      carrier: "queue",
    });
  const clinic = await one({
    type: "clinic.register",
    input: { name: "Kitui", zone: ZONE, lat: -1.37, lng: 38.01 },
  });
  const doctor = await one({
    type: "doctor.register",
    input: { name: "Dr Achieng", clinic, specialities: ["general-practice"], languages: ["sw", "en"] },
  });
  await one({
    type: "availability.set",
    input: { doctor, zone: ZONE, slotMinutes: 20, bufferMinutes: 0, weekly: everyDay("08:00", "17:00") },
  });
  const staff = await person("staff", { clinics: [clinic] });
  return {
    pool,
    executor,
    tenant,
    clinic,
    doctor,
    staff,
    asSystem,
    person,
    submit,
    async [Symbol.asyncDispose]() {
      await executor.close();
      await pool.close();
    },
  };
}
