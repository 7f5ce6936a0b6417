import { drawStreamId, operationId, type EntityId } from "@healthbridge/schema";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createPasswordHasher } from "../server/src/accounts/password-hash.ts";
import { systemRandomness } from "../server/src/adapters/randomness.ts";
import { startLocalServer } from "../server/src/database/local-server.ts";
import { type DatabasePool, openPool } from "../server/src/database/pool.ts";
import { createExecutor } from "../server/src/operations/executor.ts";

/** What a measurement writes as the server itself, to set the scene. */
export interface Asked {
  readonly type: string;
  readonly input: unknown;
  readonly secrets?: { readonly passwordHash: string };
}

/** Somebody who can sign in. */
export interface Login {
  readonly login: string;
  readonly password: string;
  readonly account: EntityId;
}

/** A real server process on a database of its own, with one clinic. */
export interface Stage extends AsyncDisposable {
  readonly url: string;
  readonly tenant: string;
  readonly databaseUrl: string;
  /** for whatever the run writes */
  readonly folder: string;
  readonly pool: DatabasePool;
  readonly clinic: EntityId;
  /** the server's process */
  readonly server: ChildProcess;
  readonly say: (line: string) => void;
  /** Writes as the server itself, 500 operations at once; answers their ids. */
  asSystem(operations: readonly Asked[]): Promise<readonly EntityId[]>;
  /** Somebody who works for these clinics. */
  staff(...clinics: readonly EntityId[]): Promise<Login>;
  /** Somebody else who can sign in. */
  account(role: "doctor" | "patient", more?: { readonly doctor?: EntityId }): Promise<Login>;
}

const TENANT = "bench";
const PASSWORD = "an account that is only measured";
export const ZONE = "Africa/Nairobi";

/**
 * Starts a database, a server on it and a first clinic; disposing stops what was started.
 * @param program what is run as the server
 */
export async function openStage(say: (line: string) => void, program = "server/src/main.ts"): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const { folder, databaseUrl } = await openDatabase(say, stack);
  const { url, server } = await startProgram(program, databaseUrl, folder, stack);
  const pool = openPool({ url: databaseUrl });
  stack.defer(() => pool.close());
  const executor = createExecutor({ pool });
  stack.defer(() => executor.close());
  const asSystem: Stage["asSystem"] = async (operations) => {
    const stream = drawStreamId((count) => randomBytes(count));
    const submitter = { tenant: TENANT, account: undefined, device: undefined, system: true as const };
    const made = operations.map((each) => ({ ...each, madeAt: 0 }));
    const { outcomes } = await executor.submit({
      submitter,
      stream,
      from: 1,
      heard: 0,
      operations: made,
      carrier: "server",
    });
    const bad = outcomes.find(({ status }) => status === "rejected");
    if (bad !== undefined) throw new Error(`setting the scene: ${JSON.stringify(bad)}`);
    return operations.map((_, at) => operationId(stream, at + 1));
  };
  const [clinic = ""] = await asSystem([
    { type: "clinic.register", input: { name: "Bench clinic", zone: ZONE } },
  ]);
  const account = async (role: string, more: object): Promise<Login> => {
    const login = `${role}${randomBytes(5).toString("hex")}`;
    const passwordHash = await createPasswordHasher(systemRandomness).hash(PASSWORD);
    const input = { login, name: "Bench", role, ...more };
    const [id = ""] = await asSystem([{ type: "account.register", input, secrets: { passwordHash } }]);
    return { login, password: PASSWORD, account: id };
  };
  const owned = stack.move();
  return {
    url,
    tenant: TENANT,
    databaseUrl,
    folder,
    pool,
    clinic,
    server,
    say,
    asSystem,
    staff: (...clinics) => account("staff", { clinics }),
    account: (role, more = {}) => account(role, more),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A folder for the run, and a database: the one the environment names, else one of its own in that folder. */
export async function openDatabase(
  say: (line: string) => void,
  stack: AsyncDisposableStack,
): Promise<{ readonly folder: string; readonly databaseUrl: string }> {
  const folder = await mkdtemp(join(tmpdir(), "healthbridge-bench-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const named = process.env["BENCH_DATABASE_URL"];
  if (named !== undefined) return { folder, databaseUrl: named };
  const server = await startLocalServer({ dataFolder: join(folder, "database"), say });
  stack.defer(() => server.stop());
  return { folder, databaseUrl: server.url };
}

/** Starts a program that says where it is ready, as a server is started; it is stopped with the stack. */
export async function startProgram(
  program: string,
  databaseUrl: string,
  folder: string,
  stack: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly server: ChildProcess }> {
  const key = randomBytes(32).toString("base64url");
  const child = spawn(process.execPath, ["--conditions=@healthbridge/source", program], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      HEALTHBRIDGE_DATA: folder,
      HEALTHBRIDGE_KEYS: `1:${key}`,
      HEALTHBRIDGE_TENANT: TENANT,
      HEALTHBRIDGE_ACCOUNT_RATE: "10000000",
      HEALTHBRIDGE_ADDRESS_RATE: "10000000",
      HEALTHBRIDGE_ACCESS_SECONDS: "3600",
      HEALTHBRIDGE_LOG: "error",
      HOST: "127.0.0.1",
      PORT: "0",
    },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  stack.defer(() => stop(child));
  const { stdout } = child;
  if (stdout === null) throw new Error("the server's output is not to be read");
  for await (const line of createInterface({ input: stdout })) {
    const ready = /Ready at (http:\S+)/.exec(line)?.[1];
    if (ready === undefined) continue;
    stdout.resume();
    return { url: ready, server: child };
  }
  throw new Error("the server did not become ready");
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** A session, and the device that has it. */
export interface SignedIn {
  readonly accessToken: string;
  readonly device: EntityId;
}

/** Signs in over HTTP and answers the access token. */
export async function accessToken(stage: Stage, login: Login): Promise<string> {
  return (await signedIn(stage, login)).accessToken;
}

/** Signs in over HTTP. */
export async function signedIn(stage: Stage, { login, password }: Login): Promise<SignedIn> {
  const nonce = randomBytes(32).toString("base64url");
  const answer = await fetch(`${stage.url}/v1/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ tenant: stage.tenant, login, password, device: "bench", nonce }),
  });
  const session: unknown = await answer.json();
  if (typeof session !== "object" || session === null || !("accessToken" in session && "device" in session))
    throw new Error(`no session: ${JSON.stringify(session)}`);
  return { accessToken: String(session.accessToken), device: String(session.device) };
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Doctors with hours from 6 to 22 every day, and all their starts from tomorrow on, in an order that spreads over doctors. */
export async function openDoctors(
  stage: Stage,
  count: number,
  days: number,
  clinic = stage.clinic,
): Promise<readonly { readonly doctor: EntityId; readonly start: string }[]> {
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from: "06:00", to: "22:00" }] }));
  const doctors = await stage.asSystem(
    Array.from({ length: count }, (_, at) => ({
      type: "doctor.register",
      input: { name: `Doctor ${at}`, clinic, specialities: ["surgery"], languages: ["en"] },
    })),
  );
  for (const doctor of doctors) {
    await stage.asSystem([
      { type: "availability.set", input: { doctor, zone: ZONE, slotMinutes: 20, bufferMinutes: 0, weekly } },
    ]);
  }
  const starts: { doctor: EntityId; start: string }[] = [];
  for (let day = 1; day <= days; day += 1) {
    const date = new Date(Date.now() + 3 * 3_600_000 + day * 86_400_000).toISOString().slice(0, 10);
    for (let minute = 6 * 60; minute < 22 * 60; minute += 20) {
      const time = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
      for (const doctor of doctors) starts.push({ doctor, start: `${date}T${time}+03:00` });
    }
  }
  return starts;
}

/** Registers patients of the stage's clinic. */
export async function openPatients(
  stage: Stage,
  count: number,
  clinic = stage.clinic,
): Promise<readonly EntityId[]> {
  const ids: EntityId[] = [];
  while (ids.length < count) {
    const size = Math.min(500, count - ids.length);
    ids.push(
      ...(await stage.asSystem(
        Array.from({ length: size }, (_, at) => ({
          type: "patient.register",
          input: { name: `Patient ${ids.length + at}`, clinic },
        })),
      )),
    );
  }
  return ids;
}
