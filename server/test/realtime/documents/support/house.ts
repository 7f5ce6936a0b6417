import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createDatabase, type FreshDatabase } from "../../../../../tests/setup/fresh-database.ts";
import { type Program, start, until } from "../../../../../tests/setup/process.ts";
import {
  everyDay,
  newStream,
  openWorld,
  startIn,
  type World,
  ZONE,
} from "../../../../../tests/setup/world.ts";
import { createPasswordHasher } from "../../../../src/accounts/password-hash.ts";
import { systemRandomness } from "../../../../src/adapters/randomness.ts";

const TENANT = "demo";
const PASSWORD = "a walk along the wide river";

/** A server process. */
export interface ServerProcess {
  readonly url: string;
  readonly program: Program;
  /** How long it computed at a stretch since it was asked last, and how late its event loop came; ms. */
  loop(): Promise<{ readonly longestMs: number; readonly lateMs: number }>;
}

/** Real server processes over one database, and people of one consultation. */
export interface House extends AsyncDisposable {
  readonly world: World;
  readonly database: FreshDatabase;
  serve(): Promise<ServerProcess>;
  /** An appointment of a patient whose card a clinic keeps, and the logins of the doctor and of so many of the clinic's people. */
  consultation(
    people: number,
  ): Promise<{ readonly id: string; readonly doctor: string; readonly staff: readonly string[] }>;
  /** Signs somebody in; answers an access token. */
  signIn(server: ServerProcess, login: string): Promise<string>;
  ticket(server: ServerProcess, token: string): Promise<string>;
}

export async function openHouse(): Promise<House> {
  const database = await createDatabase();
  const world = await openWorld(database.url, {}, TENANT);
  const keys = `1:${randomBytes(32).toString("base64url")}`;
  const programs: Program[] = [];
  const account = async (role: "staff" | "doctor", more: object): Promise<string> => {
    const login = `p${randomBytes(5).toString("hex")}`;
    const stream = newStream();
    const passwordHash = await createPasswordHasher(systemRandomness).hash(PASSWORD);
    const input = { login, name: `Test ${role}`, role, ...more };
    await world.executor.submit({
      submitter: { tenant: TENANT, account: undefined, device: undefined, system: true },
      stream,
      from: 1,
      heard: 0,
      operations: [{ type: "account.register", input, madeAt: 0, secrets: { passwordHash } }],
      carrier: "server",
    });
    return login;
  };
  return {
    world,
    database,
    async serve() {
      let heard: ((answer: { longestMs: number; lateMs: number }) => void) | undefined;
      const program = start(
        "server/src/main.ts",
        [],
        {
          DATABASE_URL: database.url,
          HEALTHBRIDGE_KEYS: keys,
          HEALTHBRIDGE_TENANT: TENANT,
          HEALTHBRIDGE_LOG: "error",
          HEALTHBRIDGE_ACCOUNT_RATE: "100000",
          HEALTHBRIDGE_ADDRESS_RATE: "100000",
          PORT: "0",
        },
        {
          preload: [join(import.meta.dirname, "loop-watch-child.ts")],
          onMessage: (message) => heard?.(message as { longestMs: number; lateMs: number }),
        },
      );
      programs.push(program);
      const url = await until("a server that is ready", () => {
        if (!program.running()) throw new Error(program.said());
        return /Ready at (http:\S+)/.exec(program.said())?.[1];
      });
      return {
        url,
        program,
        loop: () =>
          new Promise((resolve) => {
            heard = resolve;
            program.tell({});
          }),
      };
    },
    async consultation(people) {
      const [doctorId = ""] = await world.asSystem([
        {
          type: "doctor.register",
          input: {
            name: "Dr Achieng",
            clinic: world.clinic,
            specialities: ["general-practice"],
            languages: ["sw"],
          },
        },
      ]);
      const doctor = await account("doctor", { doctor: doctorId });
      const weekly = everyDay("08:00", "17:00");
      await world.asSystem([
        {
          type: "availability.set",
          input: { doctor: doctorId, zone: ZONE, slotMinutes: 20, bufferMinutes: 0, weekly },
        },
      ]);
      const staff: string[] = [];
      while (staff.length < people) staff.push(await account("staff", { clinics: [world.clinic] }));
      const stream = newStream();
      const { outcomes } = await world.submit(
        world.staff,
        1,
        [
          { type: "patient.register", input: { name: "Wanjiru", clinic: world.clinic } },
          {
            type: "appointment.book",
            input: { doctor: doctorId, patient: `${stream}.1`, start: startIn(1, "09:20") },
          },
        ],
        { stream },
      );
      const bad = outcomes.find(({ status }) => status === "rejected");
      if (bad !== undefined) throw new Error(JSON.stringify(bad));
      return { id: `${stream}.2`, doctor, staff };
    },
    async signIn(server, login) {
      const nonce = randomBytes(32).toString("base64url");
      const body = JSON.stringify({ login, password: PASSWORD, device: "desk", nonce });
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${server.url}/v1/sessions`, { method: "POST", headers, body });
      if (!response.ok) throw new Error(await response.text());
      const { accessToken } = await response.json();
      return accessToken;
    },
    async ticket(server, token) {
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      const body = JSON.stringify({ purpose: "documents" });
      const response = await fetch(`${server.url}/v1/realtime/ticket`, { method: "POST", headers, body });
      if (!response.ok) throw new Error(await response.text());
      const { ticket } = await response.json();
      return ticket;
    },
    async [Symbol.asyncDispose]() {
      for (const program of programs) program.kill("SIGKILL");
      await Promise.all(programs.map(({ ended }) => ended));
      await world[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
