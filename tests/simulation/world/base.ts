import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { drawStreamId, operationId } from "@healthbridge/schema";
import type { MemoryDisk } from "../../../client-sdk/src/index.ts";
import { seededRandom, VirtualTime } from "../../../client-sdk/src/testing/index.ts";
import { createExecutor } from "../../../server/src/operations/executor.ts";
import {
  createModelDatabase,
  type ModelDatabase,
  type ModelDatabaseOptions,
} from "../database/model-database.ts";
import { clinicsOf, type DoctorPlace, passwordOf, type Person } from "./people.ts";

/** Monday, 8 o'clock in the clinics' zone. */
export const START = Date.UTC(2026, 10, 23, 5);
export const ZONE = "Africa/Nairobi";
export const OFFSET = "+03:00";
export const SLOT_MINUTES = 20;
/** Few hours, so that people meet. */
export const HOURS = { from: "08:00", to: "11:00" } as const;

/** Stands in the name of a patient whose registration breaks every transaction it is in. */
export const POISON = "poison";

/** Two organisations on one server. The word stands in every name of theirs, and must never be seen by the other's people. */
export const CANARIES = { kitui: "Okapi", voi: "Zebrafish" } as const;
export type Tenant = keyof typeof CANARIES;

/** What every run begins with: clinics, doctors with their sheets, people with accounts. */
export interface Base {
  readonly rows: unknown;
  readonly people: readonly Person[];
  readonly doctors: readonly DoctorPlace[];
  /** what clocks show at first, ms since 1970 */
  readonly start: number;
  /** disks of devices that begin signed in, by login */
  readonly disks: ReadonlyMap<string, readonly MemoryDisk[]>;
}

const MIGRATIONS = join(import.meta.dirname, "../../../migrations");

/** A model database with the real schema. */
export function emptyDatabase(options: Omit<ModelDatabaseOptions, "migrations">): ModelDatabase {
  return createModelDatabase({ migrations: migrations(), ...options });
}

let texts: readonly string[] | undefined;
function migrations(): readonly string[] {
  texts ??= readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith(".sql"))
    .toSorted()
    .map((name) => readFileSync(join(MIGRATIONS, name), "utf8"));
  return texts;
}

/** Makes the base once; every run begins with a copy of its rows. Through the executor, like everything that is written. */
export async function makeBase(): Promise<Base> {
  const time = new VirtualTime({ start: START });
  const random = seededRandom("base");
  const database = emptyDatabase({
    now: () => time.now(),
    random,
    sleep: (ms) => time.sleep(ms),
    after: (ms, action) => time.after(ms, action),
  });
  const runtime = {
    now: () => time.elapsed(),
    random,
    sleep: (ms: number, signal?: AbortSignal) => time.sleep(ms, signal),
    after: (ms: number, action: () => void) => time.after(ms, action),
  };
  const pool = database.openPool("base", runtime);
  const executor = createExecutor({ pool });
  const made = Promise.all(
    [...TENANTS].map(async (tenant) => {
      const asSystem: AsSystem = async (type, input, passwordHash) => {
        const stream = drawStreamId((count) => random.bytes(count));
        const { outcomes } = await executor.submit({
          submitter: { tenant, account: undefined, device: undefined, system: true },
          stream,
          from: 1,
          heard: 0,
          operations: [
            { type, input, madeAt: 0, ...(passwordHash === undefined ? {} : { secrets: { passwordHash } }) },
          ],
          carrier: "server",
        });
        const bad = outcomes.find(({ status }) => status === "rejected");
        if (bad !== undefined) throw new Error(`${type}: ${JSON.stringify(bad)}`);
        return operationId(stream, 1);
      };
      return tenant === "kitui" ? makeKitui(asSystem) : makeVoi(asSystem);
    }),
  );
  let done: Awaited<typeof made> | undefined;
  void made.then((result) => (done = result));
  await time.until(() => done !== undefined, 3_600_000);
  const parts = await made;
  return {
    rows: database.snapshot(),
    people: parts.flatMap(({ people }) => people),
    doctors: parts.flatMap(({ doctors }) => doctors),
    start: START,
    disks: new Map(),
  };
}

const TENANTS: readonly Tenant[] = ["kitui", "voi"];

type AsSystem = (type: string, input: object, passwordHash?: string) => Promise<string>;
interface Part {
  readonly people: readonly Person[];
  readonly doctors: readonly DoctorPlace[];
}

async function makeKitui(asSystem: AsSystem): Promise<Part> {
  const tenant = "kitui";
  const north = await clinic(asSystem, tenant, "North");
  const south = await clinic(asSystem, tenant, "South");
  const doctors = [
    await doctor(asSystem, tenant, north, "Achieng"),
    await doctor(asSystem, tenant, north, "Mutua"),
    await doctor(asSystem, tenant, south, "Njoki"),
  ];
  const [first] = doctors;
  const people = [
    await person(asSystem, { tenant, login: "amina", role: "staff", clinic: north, doctor: undefined }),
    await person(asSystem, { tenant, login: "baraka", role: "staff", clinic: north, doctor: undefined }),
    await person(asSystem, {
      tenant,
      login: "chebet",
      role: "staff",
      clinic: south,
      secondClinic: north,
      doctor: undefined,
    }),
    await person(asSystem, {
      tenant,
      login: "achieng",
      role: "doctor",
      clinic: north,
      doctor: first?.id,
    }),
    await person(asSystem, {
      tenant,
      login: "wanjiru",
      role: "patient",
      clinic: undefined,
      doctor: undefined,
    }),
    await person(asSystem, { tenant, login: "kamau", role: "patient", clinic: undefined, doctor: undefined }),
    await person(asSystem, {
      tenant,
      login: "mallory",
      role: "patient",
      clinic: undefined,
      doctor: undefined,
    }),
  ];
  return { people, doctors };
}

async function makeVoi(asSystem: AsSystem): Promise<Part> {
  const tenant = "voi";
  const house = await clinic(asSystem, tenant, "House");
  const doctors = [await doctor(asSystem, tenant, house, "Mwangi")];
  const people = [
    await person(asSystem, { tenant, login: "zawadi", role: "staff", clinic: house, doctor: undefined }),
  ];
  return { people, doctors };
}

function clinic(asSystem: AsSystem, tenant: Tenant, name: string): Promise<string> {
  return asSystem("clinic.register", {
    name: `${CANARIES[tenant]} ${name}`,
    zone: ZONE,
    lat: -1.37,
    lng: 38.01,
  });
}

/** Each doctor has another way: one gives times that come free, one wants bookings confirmed and offers them, one sees groups. */
const RULES: Readonly<Record<string, object>> = {
  Achieng: { freed: "give", visits: [{ kind: "long", minutes: 2 * SLOT_MINUTES }], perDay: 7 },
  Mutua: {
    freed: "offer",
    offerMinutes: 5,
    confirmMinutes: 10,
    visits: [{ kind: "long", minutes: 2 * SLOT_MINUTES }],
  },
  Mwangi: { perPatient: 2, overbooking: "staff" },
};

const GROUP_DAY = (day: number) => ({ day, hours: [{ ...HOURS, places: 3 }] });

async function doctor(
  asSystem: AsSystem,
  tenant: Tenant,
  clinicId: string,
  name: string,
): Promise<DoctorPlace> {
  const id = await asSystem("doctor.register", {
    name: `${CANARIES[tenant]} ${name}`,
    clinic: clinicId,
    specialities: ["general-practice"],
    languages: ["sw"],
  });
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [HOURS] }));
  await asSystem("availability.set", {
    doctor: id,
    zone: ZONE,
    slotMinutes: SLOT_MINUTES,
    bufferMinutes: 0,
    weekly:
      name === "Njoki" ? weekly.map((each) => (each.day % 2 === 0 ? GROUP_DAY(each.day) : each)) : weekly,
  });
  const rules = RULES[name];
  if (rules !== undefined) await asSystem("doctor.setRules", { doctor: id, rules });
  return { id, tenant, clinic: clinicId };
}

async function person(asSystem: AsSystem, about: Omit<Person, "account" | "password">): Promise<Person> {
  const password = passwordOf(about.login);
  const account = await asSystem(
    "account.register",
    {
      login: about.login,
      name: about.login,
      role: about.role,
      ...(about.clinic === undefined ? {} : { clinics: clinicsOf(about) }),
      ...(about.doctor === undefined ? {} : { doctor: about.doctor }),
    },
    `plain ${password}`,
  );
  return { ...about, password, account };
}
