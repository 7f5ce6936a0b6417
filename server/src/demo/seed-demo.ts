import { type EntityId, operationId, type Role, type StreamId } from "@healthbridge/schema";
import { fileURLToPath } from "node:url";
import type { Clock } from "../adapters/clock.ts";
import type { Randomness } from "../adapters/randomness.ts";
import type { DatabasePool } from "../database/pool.ts";
import { KENYA } from "../import/country.ts";
import { importFacilityRegister, registerName, registerStream } from "../import/facility-register.ts";
import { facilityRows } from "../import/facility-rows.ts";
import type { Reading } from "../import/positions.ts";
import { makeTenant } from "../import/tenants.ts";
import { type FixedStreams, openFixedStreams } from "../operations/fixed-streams.ts";
import type { Executor, Submitter } from "../operations/submission.ts";
import { DEMO_ACCOUNTS, FAMILY } from "./accounts.ts";
import { type DoctorPlan, homeOf, type Place, planDoctors, planPatients } from "./people.ts";
import { type DemoWriter, planWords } from "./conversations.ts";
import { BOOKED_BY_DESK, BOOKED_BY_FAMILY, planRequests, TALKED_ABOUT_BY_DESK } from "./requests.ts";
import { rulesAt } from "./rules.ts";
import { type Asked, settle } from "./settle.ts";
import { accountLines } from "./account-lines.ts";

/** What the demo's seed is given to work with. */
export interface DemoParts {
  readonly executor: Executor;
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly tenant: string;
  readonly hashPassword: (password: string) => Promise<string>;
  /** plain lines for whoever started the server */
  readonly say: (line: string) => void;
  /** told how far the longest steps are */
  readonly progress?: ((step: string, done: number, all: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** smaller, for tests */
  readonly size?: typeof DEMO_SIZE | undefined;
}

/** The register is Kenya's; see the note beside it for whose it is. */
export const DEMO_SIZE = {
  register: fileURLToPath(new URL("../../data/kenya-mfl-2020.csv.gz", import.meta.url)),
  doctors: 400,
};

/** Operations in one transaction. A doctor's week makes some fifty day sheets, so few of them go together. */
const AT_ONCE = 250;
const WEEKS_AT_ONCE = 20;

/**
 * Fills a demo database: the register of Kenya's facilities, made-up doctors with hours and rules, made-up patients, an account for each role, and some appointments.
 * Everything goes through the executor in fixed streams, so that it is made once, whoever starts how often and is killed when; a start that finds all of it there asks one
 * question and goes on.
 */
export async function seedDemo(parts: DemoParts): Promise<void> {
  const started = parts.clock.monotonic();
  await makeTenant(parts.pool, parts.tenant, "HealthBridge demo");
  const { register } = parts.size ?? DEMO_SIZE;
  const fixed = await openFixedStreams(parts.pool, parts.randomness);
  const streams = demoStreams(fixed, parts.tenant, registerName(register));
  if (await isComplete(streams)) {
    parts.say("The demo's data are there.");
  } else {
    parts.say("Filling the demo database, once; this takes a while.");
    await fill(parts, streams);
    const seconds = Math.ceil((parts.clock.monotonic() - started) / 1000);
    parts.say(`The demo's data are there now (${String(seconds)} s).`);
  }
  for (const line of await accountLines(parts.pool, accountIds(streams.accounts))) parts.say(line);
}

interface DemoStreams {
  readonly fixed: FixedStreams;
  readonly register: StreamId;
  readonly doctors: StreamId;
  readonly weeks: StreamId;
  readonly patients: StreamId;
  readonly accounts: StreamId;
  readonly family: StreamId;
  readonly rules: StreamId;
  readonly desk: StreamId;
  readonly requests: StreamId;
  /** what each of the accounts has written */
  readonly talk: Readonly<Record<DemoWriter, StreamId>>;
}

function demoStreams(fixed: FixedStreams, tenant: string, register: string): DemoStreams {
  const of = (part: string): StreamId => fixed.of("demo", tenant, part);
  return {
    fixed,
    register: registerStream(fixed, tenant, register),
    doctors: of("doctors"),
    weeks: of("weeks"),
    patients: of("patients"),
    accounts: of("accounts"),
    family: of("family"),
    rules: of("rules"),
    desk: of("desk"),
    requests: of("requests"),
    talk: { staff: of("talk staff"), doctor: of("talk doctor"), patient: of("talk patient") },
  };
}

/** What is filled last is there: then so is all that it was filled after. */
async function isComplete({ fixed, desk }: DemoStreams): Promise<boolean> {
  return (await fixed.settled(desk)) > BOOKED_BY_DESK;
}

async function fill(parts: DemoParts, streams: DemoStreams): Promise<void> {
  const { tenant, executor, clock, progress, signal, size = DEMO_SIZE } = parts;
  const report = await importFacilityRegister({
    executor,
    streams: streams.fixed,
    clock,
    tenant,
    file: size.register,
    progress: (done, all) => progress?.("Facilities", done, all),
    signal,
  });
  parts.say(
    `${report.entered.toLocaleString("en-GB")} facilities of Kenya, ${report.withPosition.toLocaleString("en-GB")} with a position.`,
  );
  const places = await placesForDoctors(size.register, report.reading);
  const doctors = planDoctors(places, size.doctors);
  const home = operationId(streams.register, homeOf(places).number);
  const system: Submitter = { tenant, account: undefined, device: undefined, system: true };
  await settle(parts, streams.fixed, system, streams.doctors, doctorOperations(doctors, streams), AT_ONCE);
  await settle(
    parts,
    streams.fixed,
    system,
    streams.weeks,
    weekOperations(doctors, streams),
    WEEKS_AT_ONCE,
    "Day sheets",
  );
  parts.say(`${String(doctors.length)} made-up doctors with hours for the coming weeks.`);
  const patients = planPatients(homeOf(places)).map((input) => ({
    type: "patient.register",
    input: { ...input, clinic: home },
  }));
  await settle(parts, streams.fixed, system, streams.patients, patients, AT_ONCE);
  await settle(
    parts,
    streams.fixed,
    system,
    streams.accounts,
    await accountOperations(parts, streams, home, doctors),
    AT_ONCE,
  );
  const patient = writer(parts, streams, "patient");
  const family = FAMILY.map((input) => ({ type: "patient.register", input }));
  await settle(parts, streams.fixed, patient, streams.family, family, AT_ONCE);
  await settle(parts, streams.fixed, system, streams.rules, ruleOperations(doctors, streams), AT_ONCE);
  await fillRequests(parts, streams, system, patient);
}

/** What people have asked for: a time that the clinic booked is cancelled once a child waits for it, and so is offered to her. */
async function fillRequests(
  parts: DemoParts,
  streams: DemoStreams,
  system: Submitter,
  patient: Submitter,
): Promise<void> {
  const { fixed, desk, requests } = streams;
  const { booked, family } = planRequests(
    {
      doctor: (at) => operationId(streams.doctors, at + 1),
      patient: (at) => operationId(streams.patients, at + 1),
      child: (at) => operationId(streams.family, at + 1),
    },
    parts.clock.now(),
  );
  const book = (input: object): Asked => ({ type: "appointment.book", input });
  const byDesk = booked.map(book);
  const cancelled = { appointment: operationId(desk, 1), by: "patient" };
  const cancelling = { type: "appointment.cancel", input: cancelled };
  await settle(parts, fixed, system, desk, byDesk, AT_ONCE);
  await settle(parts, fixed, patient, requests, family.map(book), AT_ONCE);
  await fillConversations(parts, streams);
  await settle(parts, fixed, system, desk, [...byDesk, cancelling], AT_ONCE);
  parts.say("Made-up appointments: some booked, one for the clinic to confirm, one offered to a patient.");
}

/** What was written and read before anybody signs in: one after another, because they answer each other. */
async function fillConversations(parts: DemoParts, streams: DemoStreams): Promise<void> {
  const { fixed, desk, requests, talk } = streams;
  const words = planWords({
    byDesk: operationId(desk, TALKED_ABOUT_BY_DESK),
    byFamily: operationId(requests, BOOKED_BY_FAMILY),
  });
  for (const [at, { by }] of words.entries()) {
    const said = words.slice(0, at + 1).filter((each) => each.by === by);
    const asked = said.map(({ type, input }): Asked => ({ type, input }));
    await settle(parts, fixed, writer(parts, streams, by), talk[by], asked, 1);
  }
  parts.say("Conversations that have begun: of the clinic and the doctor, of a patient and the doctor.");
}

/** One of the demo's people, on the device that was added for her. */
function writer({ tenant }: DemoParts, { accounts }: DemoStreams, role: DemoWriter): Submitter {
  const device = operationId(accounts, DEMO_ACCOUNTS.length + 1 + WRITERS.indexOf(role));
  return { tenant, account: accountIds(accounts).get(role), device };
}

/** Facilities large enough to have a doctor, and with a position, so that searching nearby finds them. */
async function placesForDoctors(register: string, reading: Reading): Promise<readonly [Place, ...Place[]]> {
  const places: Place[] = [];
  for await (const { number, input } of facilityRows(register, reading, KENYA)) {
    const { name, level, county, ward, lat } = input;
    if (lat === undefined || typeof level !== "string" || level < "Level 3") continue;
    if (typeof name !== "string" || typeof county !== "string") continue;
    places.push({ number, name, level, county, ward: typeof ward === "string" ? ward : undefined });
  }
  const [first, ...others] = places;
  if (first === undefined) throw new Error("the demo's register has no facility for a doctor");
  return [first, ...others];
}

function doctorOperations(doctors: readonly DoctorPlan[], { register }: DemoStreams): readonly Asked[] {
  return doctors.map(({ place, name, specialities, languages, fee }) => ({
    type: "doctor.register",
    input: { name, clinic: operationId(register, place.number), specialities, languages, fee },
  }));
}

function weekOperations(plans: readonly DoctorPlan[], { doctors }: DemoStreams): readonly Asked[] {
  return plans.map(({ weekly }, at) => ({
    type: "availability.set",
    input: {
      doctor: operationId(doctors, at + 1),
      zone: KENYA.zone,
      slotMinutes: 20,
      bufferMinutes: 0,
      weekly,
    },
  }));
}

function ruleOperations(plans: readonly DoctorPlan[], { doctors }: DemoStreams): readonly Asked[] {
  return plans.flatMap((_, at) => {
    const rules = rulesAt(at);
    return rules === undefined
      ? []
      : [{ type: "doctor.setRules", input: { doctor: operationId(doctors, at + 1), rules } }];
  });
}

/** Whose devices the accounts' stream adds, in this order. */
const WRITERS: readonly DemoWriter[] = ["patient", "staff", "doctor"];

/** The accounts, and devices of those from whom something is there before they sign in. */
async function accountOperations(
  { hashPassword }: DemoParts,
  { doctors, accounts }: DemoStreams,
  home: EntityId,
  plans: readonly DoctorPlan[],
): Promise<readonly Asked[]> {
  const doctor = { id: operationId(doctors, 1), name: plans[0]?.name ?? "" };
  const asked: Asked[] = [];
  for (const { role, login, password, name } of DEMO_ACCOUNTS) {
    const works = role === "doctor" ? { doctor: doctor.id } : role === "staff" ? { clinics: [home] } : {};
    const input = { login, role, name: name ?? doctor.name, language: "en", ...works };
    asked.push({ type: "account.register", input, secrets: { passwordHash: await hashPassword(password) } });
  }
  const ids = accountIds(accounts);
  const devices = WRITERS.map((role) => ({
    type: "device.add",
    input: { account: ids.get(role), name: "Demo set-up" },
  }));
  return [...asked, ...devices];
}

/** The demo's accounts by role. */
function accountIds(accounts: StreamId): ReadonlyMap<Role, EntityId> {
  return new Map(DEMO_ACCOUNTS.map(({ role }, at) => [role, operationId(accounts, at + 1)]));
}
