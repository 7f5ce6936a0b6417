import {
  type Appointment,
  type Entities,
  type EntityId,
  type InputOf,
  type Kind,
  operationId,
  type OperationType,
  type Sheet,
  sheetId,
  slotsOf,
} from "@healthbridge/schema";
import { afterAll } from "vitest";
import type { DatabaseClock } from "../../../tests/setup/database-clock.ts";
import { type FreshDatabase, freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { newStream, openWorld, type Person, type World } from "../../../tests/setup/world.ts";
import { read } from "../../src/database/read.ts";
import type { Outcome } from "../../src/operations/submission.ts";
import { appointmentRecords } from "../../src/operations/records/appointment-records.ts";
import { clinicRecords, doctorRecords } from "../../src/operations/records/directory-records.ts";
import { sheetRecords } from "../../src/operations/records/sheet-records.ts";
import type { Records } from "../../src/operations/records/table.ts";

/** Monday 2027-03-01, 07:00 at the clinic's wall (+03:00). */
export const MONDAY_SEVEN = Date.parse("2027-03-01T04:00Z");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What became of an operation, with the id of what it made. */
export type Came = Outcome & { readonly id: EntityId };

/** A small tenant on a real database whose clock the test moves, with a hand for each of those who ask. */
export interface Schedule {
  readonly database: FreshDatabase;
  readonly clock: DatabaseClock;
  readonly world: World;
  /** the clinic's desk */
  readonly staff: Person;
  /** the doctor's own account */
  readonly doctorHerself: Person;
  /** a patient's family, and the patient */
  readonly family: Person;
  readonly mother: EntityId;
  /** Another patient of the family, or of the clinic. */
  patient(of?: Person): Promise<EntityId>;
  ask<T extends OperationType>(who: Person, type: T, input: InputOf<T>): Promise<Came>;
  /** The same, as the server's own job. */
  asServer<T extends OperationType>(type: T, input: InputOf<T>): Promise<Came>;
  appointment(id: EntityId): Promise<Appointment>;
  doctor(id: EntityId): Promise<Entities["doctor"] | undefined>;
  clinic(id: EntityId): Promise<Entities["clinic"] | undefined>;
  sheet(doctor: EntityId, date: string): Promise<Sheet | undefined>;
  /** `08:00 f, 08:20 b …` */
  day(doctor: EntityId, date: string): Promise<string>;
  rows<Row extends object>(sql: string, values?: readonly (string | number)[]): Promise<readonly Row[]>;
}

/** Opens one for a whole test file. */
export async function openSchedule(now: number = MONDAY_SEVEN): Promise<Schedule> {
  const database = await freshDatabase();
  const clock = { now };
  const world = await openWorld(database.url, {}, undefined, clock);
  afterAll(() => world[Symbol.asyncDispose]());
  const doctorHerself = await world.person("doctor", { doctor: world.doctor });
  const family = await world.person("patient");
  const ask: Schedule["ask"] = async (who, type, input) => {
    const stream = newStream();
    const { outcomes } = await world.submit(who, 1, [{ type, input }], { stream });
    const [outcome] = outcomes;
    if (outcome === undefined) throw new Error(`${type} has no outcome`);
    return { ...outcome, id: operationId(stream, 1) };
  };
  const asServer: Schedule["asServer"] = async (type, input) => {
    const stream = newStream();
    const { outcomes } = await world.executor.submit({
      submitter: { tenant: world.tenant, account: undefined, device: undefined, system: true },
      stream,
      from: 1,
      heard: 0,
      operations: [{ type, input, madeAt: 0 }],
      carrier: "server",
    });
    const [outcome] = outcomes;
    if (outcome === undefined) throw new Error(`${type} has no outcome`);
    return { ...outcome, id: operationId(stream, 1) };
  };
  const load = async <K extends Kind>(records: Records<K>, id: string): Promise<Entities[K] | undefined> => {
    const [found] = await read(world.pool, (reader) => records.load(reader, [id], false));
    return found?.entity;
  };
  const patient: Schedule["patient"] = async (of) => {
    const input = { name: "Wanjiru", ...(of === undefined && { clinic: world.clinic }) };
    return (await ask(of ?? world.staff, "patient.register", input)).id;
  };
  const sheet: Schedule["sheet"] = (doctor, date) => load(sheetRecords, sheetId(doctor, date));
  return {
    database,
    clock,
    world,
    staff: world.staff,
    doctorHerself,
    family,
    mother: await patient(family),
    patient,
    ask,
    asServer,
    async appointment(id) {
      const found = await load(appointmentRecords, id);
      if (found === undefined) throw new Error(`no appointment ${id}`);
      return found;
    },
    doctor: (id) => load(doctorRecords, id),
    clinic: (id) => load(clinicRecords, id),
    sheet,
    async day(doctor, date) {
      const found = await sheet(doctor, date);
      if (found === undefined) return "no sheet";
      return slotsOf(found)
        .map(
          ({ start, state, group }) =>
            `${start.slice(11, 16)} ${group ? `${group.taken}/${group.places}` : state}`,
        )
        .join(", ");
    },
    rows: (sql, values = []) => read(world.pool, (reader) => reader.query(sql, values)),
  };
}

/** The code an operation was rejected with, or `applied`. */
export function came(outcome: Outcome): string {
  return outcome.status === "rejected" ? outcome.problem.code : outcome.status;
}

/** A doctor of her own for one test, with hours on every day of the week. */
export async function doctorWith(
  { world, staff, ask }: Schedule,
  hours: InputOf<"availability.set">["weekly"][number]["hours"],
  more: {
    readonly plan?: Partial<InputOf<"availability.set">>;
    readonly rules?: InputOf<"doctor.setRules">["rules"];
    readonly doctor?: Partial<InputOf<"doctor.register">>;
  } = {},
): Promise<EntityId> {
  const register = {
    name: "Dr Achieng",
    clinic: world.clinic,
    specialities: ["general-practice"],
    languages: ["sw"],
  };
  const [doctor = ""] = await world.asSystem([
    { type: "doctor.register", input: { ...register, ...more.doctor } },
  ]);
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours }));
  const plan = { zone: "Africa/Nairobi", slotMinutes: 20, bufferMinutes: 0, weekly, ...more.plan };
  const set = await ask(staff, "availability.set", { doctor, ...plan });
  if (set.status === "rejected") throw new Error(JSON.stringify(set.problem));
  if (more.rules !== undefined) await ask(staff, "doctor.setRules", { doctor, rules: more.rules });
  return doctor;
}
