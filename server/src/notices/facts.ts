import {
  type Appointment,
  type Clinic,
  type Doctor,
  type Entities,
  type KeptConversation,
  type Kind,
  type Message,
  MINUTE_MS,
  type Patient,
} from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read, type Reader } from "../database/read.ts";
import { appointmentRecords } from "../operations/records/appointment-records.ts";
import { conversationRecords, messageRecords } from "../operations/records/conversation-records.ts";
import { clinicRecords, doctorRecords, patientRecords } from "../operations/records/directory-records.ts";
import type { Records } from "../operations/records/table.ts";
import type { PushTarget } from "./carriers/carrier.ts";
import type { ClaimedNotice, UrgentNotice } from "./claim.ts";
import { URGENT } from "./plan.ts";

/** What is known of a notice's people at the moment it is sent, a few statements for any number of them. */
export interface Facts {
  readonly appointments: ReadonlyMap<string, Appointment>;
  readonly patients: ReadonlyMap<string, Patient>;
  readonly doctors: ReadonlyMap<string, Doctor>;
  readonly clinics: ReadonlyMap<string, Clinic>;
  /** what urgent notices tell of */
  readonly messages: ReadonlyMap<string, Message>;
  readonly conversations: ReadonlyMap<string, KeptConversation>;
  /** how often in the last hour, before these, somebody on call was told of a conversation, by both; and by a channel patients whom an account acts for, by both */
  readonly told: ReadonlyMap<string, number>;
  /** of the accounts that act for patients */
  readonly languages: ReadonlyMap<string, string>;
  readonly pushTargets: ReadonlyMap<string, readonly PushTarget[]>;
}

/** How often in the last hour one of the on-call list was told of a conversation, or patients of one account by the notice's channel. Of patients without an account nobody counts. */
export function toldOf({ told, patients }: Facts, notice: ClaimedNotice): number {
  if (notice.kind === URGENT) return told.get(`${notice.appointment}/${notice.recipient}`) ?? 0;
  return told.get(`${patients.get(notice.patient)?.account ?? ""}/${notice.channel}`) ?? 0;
}

const HOUR_MS = 60 * MINUTE_MS;

/**
 * Reads, without a lock, what notices speak of and whom they go to.
 *
 * @param now by the database's clock, ms
 * @param idleMs how long a session lives without being used
 */
export function readFacts(
  pool: DatabasePool,
  notices: readonly ClaimedNotice[],
  now: number,
  idleMs: number,
): Promise<Facts> {
  return read(pool, async (reader) => {
    const urgent = notices.filter((each) => each.kind === URGENT);
    const toPatients = notices.filter((each) => each.kind !== URGENT);
    const appointments = await byId(reader, appointmentRecords, unique(toPatients, "appointment"));
    const patients = await byId(reader, patientRecords, unique(toPatients, "patient"));
    const messages = await byId(reader, messageRecords, unique(urgent, "message"));
    const conversations = await byId(reader, conversationRecords, unique(urgent, "appointment"));
    const spoken = [...appointments.values(), ...conversations.values()];
    const doctors = await byId(reader, doctorRecords, unique(spoken, "doctor"));
    // Who answers a conversation now can be of another clinic than its appointment.
    const places = [...appointments.values(), ...doctors.values()];
    const accounts = [...new Set([...patients.values()].flatMap(({ account }) => account ?? []))];
    const since = now - HOUR_MS;
    const urgentTold = urgent.length === 0 ? [] : await toldSince(reader, urgent, since);
    const patientsTold =
      accounts.length === 0 ? [] : await patientsToldSince(reader, accounts, toPatients, since);
    return {
      appointments,
      patients,
      messages,
      conversations,
      told: new Map([...urgentTold, ...patientsTold]),
      doctors,
      clinics: await byId(reader, clinicRecords, unique(places, "clinic")),
      languages: accounts.length === 0 ? new Map() : await languagesOf(reader, accounts),
      pushTargets: accounts.length === 0 ? new Map() : await pushTargetsOf(reader, accounts, now, idleMs),
    };
  });
}

async function toldSince(
  reader: Reader,
  urgent: readonly UrgentNotice[],
  since: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.query<{ conversation: string; recipient: string }>(
    "SELECT appointment_id AS conversation, recipient FROM notice WHERE appointment_id IN (?) AND message_id IS NOT NULL AND status = 'sent' AND ended_at > ? AND id NOT IN (?)",
    [unique(urgent, "appointment"), since, unique(urgent, "id")],
  );
  const byBoth = Map.groupBy(rows, ({ conversation, recipient }) => `${conversation}/${recipient}`);
  return new Map([...byBoth].map(([both, each]) => [both, each.length]));
}

async function patientsToldSince(
  reader: Reader,
  accounts: readonly string[],
  notices: readonly ClaimedNotice[],
  since: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.query<{ account: string; channel: string }>(
    `SELECT p.account_id AS account, n.channel FROM patient p JOIN appointment a ON a.patient_id = p.id JOIN notice n ON n.appointment_id = a.id
     WHERE p.account_id IN (?) AND n.message_id IS NULL AND n.status = 'sent' AND n.ended_at > ? AND n.id NOT IN (?)`,
    [[...accounts], since, unique(notices, "id")],
  );
  const byBoth = Map.groupBy(rows, ({ account, channel }) => `${account}/${channel}`);
  return new Map([...byBoth].map(([both, each]) => [both, each.length]));
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

/** Devices that somebody is signed in on. A session can be over before its device is taken off the list, and is cleared away some time after it was over. */
async function pushTargetsOf(
  reader: Reader,
  accounts: readonly string[],
  now: number,
  idleMs: number,
): Promise<ReadonlyMap<string, readonly PushTarget[]>> {
  const rows = await reader.query<SubscriptionRow>(
    `SELECT d.tenant_id AS tenant, d.account_id AS account, d.id AS device, p.endpoint, p.p256dh, p.auth FROM push_subscription p JOIN device d ON d.id = p.device_id
       JOIN account a ON a.id = d.account_id JOIN session s ON s.device_id = d.id
     WHERE d.account_id IN (?) AND d.status = 'active' AND a.status = 'active' AND s.ended_at IS NULL AND s.expires_at > ? AND s.used_at > ? ORDER BY d.id`,
    [[...accounts], now, now - idleMs],
  );
  const byAccount = Map.groupBy(rows, ({ account }) => account);
  return new Map([...byAccount].map(([account, each]) => [account, each.map(targetOfRow)]));
}

function targetOfRow({ tenant, device, endpoint, p256dh, auth }: SubscriptionRow): PushTarget {
  return { tenant, device, subscription: { endpoint, keys: { p256dh, auth } } };
}

async function byId<K extends Kind>(
  reader: Reader,
  records: Records<K>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Entities[K]>> {
  const rows = ids.length === 0 ? [] : await records.load(reader, ids, false);
  return new Map(rows.map(({ entity }) => [entity.id, entity]));
}

function unique<K extends string>(
  rows: ReadonlyArray<{ readonly [P in K]: string }>,
  key: K,
): readonly string[] {
  return [...new Set(rows.map((row) => row[key]))].toSorted();
}
