import { randomBytes, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, expect } from "vitest";
import { operationId, type Role, Session } from "@healthbridge/schema";
import { createPasswordHasher } from "../../../server/src/accounts/password-hash.ts";
import { derivedKey, formatKeys } from "../../../server/src/accounts/signing-keys.ts";
import { systemRandomness } from "../../../server/src/adapters/randomness.ts";
import { freshDatabase } from "../../setup/fresh-database.ts";
import { newStream, openWorld, startIn, type World } from "../../setup/world.ts";
import { type Program, start, until } from "../../setup/process.ts";
import type { Words } from "../arbitraries/valid.ts";
import { type Answer, ask, type Asking, hangUp } from "./ask.ts";
import { faultsOfAnswer } from "./rules.ts";

export const PASSWORD = "a walk along the wide river";
const READY_MS = 120_000;

/** Somebody who is signed in. */
export interface Caller {
  readonly login: string;
  readonly token: () => string;
  /** Signs in anew: an attack may have ended the session. */
  renew(): Promise<void>;
}

/** A server process of its own, on a database of its own, with two tenants in it. */
export interface Target {
  readonly url: string;
  readonly program: Program;
  readonly world: World;
  readonly administrator: Caller;
  readonly staff: Caller;
  readonly patient: Caller;
  /** of the other tenant */
  readonly stranger: Caller;
  /** ids and words that exist, none of them the callers' own accounts or devices */
  readonly words: Words;
  /** what signs access tokens, for those who forge them well */
  readonly secret: Uint8Array;
  /** names that stand in the other tenant's data and may never be seen here */
  readonly canary: string;
  ask(asking: Asking): Promise<Answer>;
  signIn(login: string, tenant?: string): Promise<Session>;
  /** The process is the one that was started, says nothing of faults, and serves a correct client. */
  checkAlive(): Promise<void>;
  /** bytes of memory the process holds; `undefined` where the system does not tell */
  residentBytes(): Promise<number | undefined>;
}

export const JSON_TYPE = { "content-type": "application/json" };

/** The header that says who asks. */
export function authorization(caller: Pick<Caller, "token"> | undefined): Readonly<Record<string, string>> {
  return caller === undefined ? {} : { authorization: `Bearer ${caller.token()}` };
}

/** An address nobody else has: limits that count addresses are not what is tried here. */
export function anyAddress(): string {
  return `10.${String(randomInt(256))}.${String(randomInt(256))}.${String(randomInt(1, 255))}`;
}

export function randomKey(): string {
  return randomBytes(12).toString("hex");
}

/** Starts the real server as a process; it ends after the file's last test. */
export async function openTarget(environment: Readonly<Record<string, string>> = {}): Promise<Target> {
  const database = await freshDatabase();
  const world = await openWorld(database.url, {}, "demo");
  const other = await openWorld(database.url, {}, "other");
  const key = { id: "k1", bytes: randomBytes(32) };
  const program = start("server/src/main.ts", [], {
    DATABASE_URL: database.url,
    PORT: "0",
    HEALTHBRIDGE_KEYS: formatKeys([key]),
    HEALTHBRIDGE_OPEN_REGISTRATION: "on",
    HEALTHBRIDGE_TRUSTED_PROXIES: "127.0.0.1",
    HEALTHBRIDGE_ACCOUNT_RATE: "100000000",
    HEALTHBRIDGE_ADDRESS_RATE: "100000000",
    HEALTHBRIDGE_LOG: "error",
    HEALTHBRIDGE_LOG_FORMAT: "json",
    ...environment,
  });
  afterAll(async () => {
    hangUp();
    program.kill("SIGTERM");
    await program.ended;
    await world[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });
  const port = await until(
    "the server to be ready",
    () => {
      if (!program.running()) throw new Error(`The server ended:\n${program.said()}`);
      return /Ready at http:\/\/[^:]+:(\d+)[^]*Stop with/.exec(program.said())?.[1];
    },
    READY_MS,
  );
  const url = `http://127.0.0.1:${port}`;
  const saidAtStart = program.said().length;
  const signIn: Target["signIn"] = async (login, tenant = "demo") => {
    const nonce = randomBytes(32).toString("base64url");
    const body = JSON.stringify({ tenant, login, password: PASSWORD, device: "Tablet", nonce });
    const headers = { ...JSON_TYPE, "x-forwarded-for": anyAddress() };
    const answer = await ask(url, { method: "POST", path: "/v1/sessions", headers, body });
    if (answer.status !== 201) throw new Error(`sign-in answered ${answer.text}`);
    return Session.parse(JSON.parse(answer.text));
  };
  const caller = async (login: string, tenant = "demo"): Promise<Caller> => {
    let session = await signIn(login, tenant);
    return {
      login,
      token: () => session.accessToken,
      renew: async () => {
        session = await signIn(login, tenant);
      },
    };
  };
  const canary = `Canary${randomBytes(6).toString("hex")}`;
  await openAccount(world, "witness", "patient");
  await openAccount(world, "admin", "administrator");
  await openAccount(world, "staff", "staff", { clinics: [world.clinic] });
  await openAccount(world, "patient", "patient");
  await openAccount(other, "stranger", "administrator");
  const witness = await caller("witness");
  const words = await wordsOf(world, other, canary);
  return {
    url,
    program,
    world,
    administrator: await caller("admin"),
    staff: await caller("staff"),
    patient: await caller("patient"),
    stranger: await caller("stranger", "other"),
    words,
    secret: derivedKey(key, "access token"),
    canary,
    signIn,
    ask: (asking) => ask(url, asking),
    async checkAlive() {
      expect({ running: program.running(), said: program.said().slice(saidAtStart) }).toEqual({
        running: true,
        said: "",
      });
      const body = JSON.stringify({ protocol: 1, stream: newStream(), from: 1, follow: ["me"] });
      const answer = await ask(url, {
        method: "POST",
        path: "/v1/sync",
        headers: { ...JSON_TYPE, ...authorization(witness) },
        body,
      });
      expect(faultsOfAnswer(answer)).toEqual([]);
      expect(JSON.parse(answer.text)).toMatchObject({ settled: 0, feeds: [{ name: "me" }] });
    },
    async residentBytes() {
      const status = await readFile(`/proc/${String(program.pid)}/status`, "utf8").catch(() => "");
      const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
    },
  };
}

/** Opens an account as the server itself; the password is the one of all. */
async function openAccount(world: World, login: string, role: Role, more: object = {}): Promise<string> {
  const stream = newStream();
  const passwordHash = await createPasswordHasher(systemRandomness).hash(PASSWORD);
  const { outcomes } = await world.executor.submit({
    submitter: { tenant: world.tenant, account: undefined, device: undefined, system: true },
    stream,
    from: 1,
    heard: 0,
    operations: [
      {
        type: "account.register",
        input: { login, name: `Person ${login}`, role, ...more },
        madeAt: 0,
        secrets: { passwordHash },
      },
    ],
    carrier: "server",
  });
  if (outcomes.some(({ status }) => status === "rejected")) throw new Error(JSON.stringify(outcomes));
  return operationId(stream, 1);
}

/** Things to be attacked: of the own tenant, of the other, and a spare account that may come to harm. */
async function wordsOf(world: World, other: World, canary: string): Promise<Words> {
  const one = async (place: World, type: string, input: unknown): Promise<string> =>
    (await place.asSystem([{ type, input }]))[0] ?? "";
  const patient = await one(world, "patient.register", { name: "Wanjiru", clinic: world.clinic });
  const appointment = await one(world, "appointment.book", {
    doctor: world.doctor,
    patient,
    start: startIn(3, "09:00"),
  });
  const foreign = await one(other, "patient.register", { name: canary, clinic: other.clinic });
  const spare = await openAccount(world, "spare", "patient");
  const device = await one(world, "device.add", { account: spare, name: "Lost phone" });
  const date = startIn(3, "09:00").slice(0, 10);
  return [
    1,
    world.clinic,
    world.doctor,
    patient,
    appointment,
    spare,
    device,
    foreign,
    other.clinic,
    other.doctor,
    startIn(3, "09:20"),
    startIn(4, "10:00"),
    startIn(-1, "09:00"),
    date,
    "Africa/Nairobi",
    "spare",
    PASSWORD,
    "demo",
    "other",
    "me",
    "directory",
    `clinic:${world.clinic}`,
    `calendar:${world.doctor}`,
    `calendar:${other.doctor}`,
    "1:0,2:1",
    "-1.29,36.82",
    `0:${world.doctor}`,
  ];
}
