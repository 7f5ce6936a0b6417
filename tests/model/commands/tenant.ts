import { drawStreamId, operationId, type StreamId } from "@healthbridge/schema";
import { type DatabasePool, openPool } from "../../../server/src/database/pool.ts";
import { createExecutor } from "../../../server/src/operations/executor.ts";
import type { Executor, Submitter } from "../../../server/src/operations/submission.ts";
import type { SeededRandom } from "../../../client-sdk/src/testing/seeded-random.ts";
import { CLINICS, DOCTORS } from "./program.ts";
import type { Actor } from "./reference.ts";

/** Somebody at a device. */
export interface Person {
  readonly actor: Actor;
  readonly submitter: Submitter;
}

/** A tenant of its own for one program, served by three servers over one database. */
export interface Tenant {
  readonly name: string;
  readonly clinics: readonly string[];
  readonly doctors: readonly string[];
  readonly people: readonly Person[];
  readonly accountOfDoctor: ReadonlyMap<string, string>;
  readonly newStream: () => StreamId;
}

/** Servers whose database shows the time that a test sets. */
export interface Servers extends AsyncDisposable {
  readonly executors: readonly Executor[];
  readonly pool: DatabasePool;
  setClock(ms: number): void;
}

const SERVERS = 3;
const CONNECTIONS = 4;

export function openServers(url: string): Servers {
  let clock = 0;
  const pools = Array.from({ length: SERVERS }, () =>
    atTime(openPool({ url, size: CONNECTIONS }), () => clock),
  );
  const executors = pools.map((pool) => createExecutor({ pool }));
  const [pool] = pools;
  if (pool === undefined) throw new Error("no server");
  return {
    executors,
    pool,
    setClock: (ms) => {
      clock = ms;
    },
    async [Symbol.asyncDispose]() {
      for (const executor of executors) await executor.close();
      for (const each of pools) await each.close();
    },
  };
}

/** The database's clock stands still at the test's time: decisions depend on nothing else. */
function atTime(pool: DatabasePool, now: () => number): DatabasePool {
  return {
    runtime: pool.runtime,
    retire: () => {
      pool.retire();
    },
    stats: () => pool.stats(),
    close: () => pool.close(),
    async lease() {
      const lease = await pool.lease();
      await lease.run(`SET SESSION timestamp = ${now() / 1000}`);
      return lease;
    },
  };
}

/** Two clinics with a doctor each, and five devices: two of the first clinic's staff (one account), one of the second's, one doctor's, one patient's. */
export async function openTenant({ executors }: Servers, random: SeededRandom): Promise<Tenant> {
  const name = `t${Buffer.from(random.bytes(8)).toString("hex")}`;
  const newStream = (): StreamId => drawStreamId((count) => random.bytes(count));
  const stream = newStream();
  let number = 0;
  const asSystem = async (type: string, input: object): Promise<string> => {
    number += 1;
    const settled = await executors[0]?.submit({
      submitter: { tenant: name, account: undefined, device: undefined, system: true },
      stream,
      from: number,
      heard: number - 1,
      operations: [{ type, input, madeAt: 0 }],
      carrier: "server",
    });
    if (settled?.outcomes[0]?.status !== "applied") throw new Error(JSON.stringify(settled));
    return operationId(stream, number);
  };
  const clinics: string[] = [];
  const doctors: string[] = [];
  for (let at = 0; at < CLINICS; at++)
    clinics.push(await asSystem("clinic.register", { name: `Clinic ${at}`, zone: "Africa/Nairobi" }));
  for (let at = 0; at < DOCTORS; at++)
    doctors.push(
      await asSystem("doctor.register", {
        name: `Dr ${at}`,
        clinic: clinics[at],
        specialities: ["general-practice"],
        languages: ["sw"],
      }),
    );
  const account = (role: Actor["role"], more: object) =>
    asSystem("account.register", {
      login: `l${Buffer.from(random.bytes(8)).toString("hex")}`,
      name: "Somebody",
      role,
      ...more,
    });
  const device = async (actor: Actor): Promise<Person> => {
    const id = await asSystem("device.add", { account: actor.account, name: "a device" });
    return { actor, submitter: { tenant: name, account: actor.account, device: id } };
  };
  const [first = "", second = ""] = clinics;
  const [doctor = ""] = doctors;
  const staff: Actor = {
    account: await account("staff", { clinics: [first] }),
    role: "staff",
    clinics: [first],
  };
  const others: Actor = {
    account: await account("staff", { clinics: [second] }),
    role: "staff",
    clinics: [second],
  };
  const practitioner: Actor = {
    account: await account("doctor", { doctor }),
    role: "doctor",
    clinics: [first],
    doctor,
  };
  const patient: Actor = { account: await account("patient", {}), role: "patient", clinics: [] };
  const people: Person[] = [];
  for (const actor of [staff, staff, others, practitioner, patient]) people.push(await device(actor));
  return {
    name,
    clinics,
    doctors,
    people,
    accountOfDoctor: new Map([[doctor, practitioner.account]]),
    newStream,
  };
}
