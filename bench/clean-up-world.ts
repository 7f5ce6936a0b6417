import { drawStreamId, type EntityId } from "@healthbridge/schema";
import { randomBytes } from "node:crypto";
import type { Wanted } from "./paced-bookings.ts";
import { openDoctors, openPatients, type Stage } from "./stage.ts";

/** A doctor of the past: her own account, and the stream in which she booked, noted who came, and finished. */
export interface PastDoctor {
  readonly id: EntityId;
  readonly clinic: EntityId;
  readonly account: EntityId;
  readonly stream: string;
  /** her patients, of whom each comes to her alone */
  readonly patients: readonly EntityId[];
  /** how many appointments she has had */
  had: number;
}

/** Clinics with doctors and patients, before anything was booked. */
export interface CleanUpWorld {
  readonly clinics: readonly EntityId[];
  readonly doctors: readonly PastDoctor[];
  /** what can be booked from tomorrow on, as it comes */
  readonly wanted: readonly Wanted[];
}

const CLINICS = 25;
const DOCTORS_EACH = 4;
const DAYS_AHEAD = 53;
/** How often somebody has been to the doctor. */
const VISITS = 20;
const FEWEST_PATIENTS = 12;

/** Opens clinics, doctors and patients through the server's own operations. */
export async function openCleanUpWorld(stage: Stage, appointments: number): Promise<CleanUpWorld> {
  const each = Math.max(FEWEST_PATIENTS, Math.round(appointments / VISITS / CLINICS / DOCTORS_EACH));
  const clinics = await stage.asSystem(
    Array.from({ length: CLINICS }, (_, at) => ({
      type: "clinic.register",
      input: { name: `Clinic ${at}`, zone: "Africa/Nairobi" },
    })),
  );
  const doctors: PastDoctor[] = [];
  const wanted: Wanted[] = [];
  for (const clinic of clinics) {
    const starts = await openDoctors(stage, DOCTORS_EACH, DAYS_AHEAD, clinic);
    const ids = [...new Set(starts.map(({ doctor }) => doctor))];
    const accounts = await openAccounts(stage, clinic, ids);
    const patients = shuffled(await openPatients(stage, each * ids.length, clinic));
    const here = ids.map((id, at): PastDoctor => ({
      id,
      clinic,
      account: accounts[at] ?? "",
      stream: drawStreamId((count) => randomBytes(count)),
      patients: patients.slice(at * each, (at + 1) * each),
      had: 0,
    }));
    doctors.push(...here);
    for (const [at, { doctor, start }] of starts.entries()) {
      const mine = here.find(({ id }) => id === doctor)?.patients ?? [];
      wanted.push({ doctor, start, patient: mine[Math.floor(at / ids.length) % mine.length] ?? "" });
    }
  }
  stage.say(`  ${String(doctors.length)} doctors with ${String(each)} patients each …`);
  return { clinics, doctors, wanted: shuffled(wanted) };
}

async function openAccounts(
  stage: Stage,
  clinic: EntityId,
  doctors: readonly EntityId[],
): Promise<readonly EntityId[]> {
  return stage.asSystem(
    doctors.map((doctor) => ({
      type: "account.register",
      input: {
        login: `doctor${randomBytes(5).toString("hex")}`,
        name: "Bench",
        role: "doctor",
        clinics: [clinic],
        doctor,
      },
    })),
  );
}

/** Ids follow each other; people do not come in their order. */
function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, key: Math.random() }))
    .toSorted((left, right) => left.key - right.key)
    .map(({ value }) => value);
}
