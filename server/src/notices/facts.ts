import type { Appointment, Clinic, Doctor, Patient } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read, type Reader } from "../database/read.ts";
import { appointmentRecords } from "../operations/records/appointment-records.ts";
import { clinicRecords, doctorRecords, patientRecords } from "../operations/records/directory-records.ts";
import type { PushTarget } from "./carriers/carrier.ts";
import type { ClaimedNotice } from "./claim.ts";

/** What is known of a notice's people at the moment it is sent, a few statements for any number of them. */
export interface Facts {
  readonly appointments: ReadonlyMap<string, Appointment>;
  readonly patients: ReadonlyMap<string, Patient>;
  readonly doctors: ReadonlyMap<string, Doctor>;
  readonly clinics: ReadonlyMap<string, Clinic>;
  /** of the accounts that act for patients */
  readonly languages: ReadonlyMap<string, string>;
  readonly pushTargets: ReadonlyMap<string, readonly PushTarget[]>;
}

/** Reads, without a lock, what notices speak of and whom they go to. */
export function readFacts(pool: DatabasePool, notices: readonly ClaimedNotice[]): Promise<Facts> {
  return read(pool, async (reader) => {
    const appointments = byId(await appointmentRecords.load(reader, unique(notices, "appointment"), false));
    const patients = byId(await patientRecords.load(reader, unique(notices, "patient"), false));
    const spoken = [...appointments.values()];
    const accounts = [...new Set([...patients.values()].flatMap(({ account }) => account ?? []))];
    return {
      appointments,
      patients,
      doctors:
        spoken.length === 0
          ? new Map()
          : byId(await doctorRecords.load(reader, unique(spoken, "doctor"), false)),
      clinics:
        spoken.length === 0
          ? new Map()
          : byId(await clinicRecords.load(reader, unique(spoken, "clinic"), false)),
      languages: accounts.length === 0 ? new Map() : await languagesOf(reader, accounts),
      pushTargets: accounts.length === 0 ? new Map() : await pushTargetsOf(reader, accounts),
    };
  });
}

async function languagesOf(reader: Reader, accounts: readonly string[]): Promise<Map<string, string>> {
  const rows = await reader.query<{ id: string; language: string }>(
    "SELECT id, language FROM account WHERE id IN (?) AND language IS NOT NULL",
    [[...accounts]],
  );
  return new Map(rows.map(({ id, language }) => [id, language]));
}

interface SubscriptionRow {
  readonly tenant: string;
  readonly account: string;
  readonly device: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

async function pushTargetsOf(
  reader: Reader,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, readonly PushTarget[]>> {
  const rows = await reader.query<SubscriptionRow>(
    `SELECT d.tenant_id AS tenant, d.account_id AS account, d.id AS device, p.endpoint, p.p256dh, p.auth FROM push_subscription p JOIN device d ON d.id = p.device_id
     WHERE d.account_id IN (?) AND d.status = 'active' ORDER BY d.id`,
    [[...accounts]],
  );
  const byAccount = Map.groupBy(rows, ({ account }) => account);
  return new Map([...byAccount].map(([account, each]) => [account, each.map(targetOfRow)]));
}

function targetOfRow({ tenant, device, endpoint, p256dh, auth }: SubscriptionRow): PushTarget {
  return { tenant, device, subscription: { endpoint, keys: { p256dh, auth } } };
}

function byId<T extends { readonly id: string }>(
  rows: ReadonlyArray<{ readonly entity: T }>,
): ReadonlyMap<string, T> {
  return new Map(rows.map(({ entity }) => [entity.id, entity]));
}

function unique<K extends string>(
  rows: ReadonlyArray<{ readonly [P in K]: string }>,
  key: K,
): readonly string[] {
  return [...new Set(rows.map((row) => row[key]))].toSorted();
}
