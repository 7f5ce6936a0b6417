import { Account, type Device, type EntityId, Role } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Authenticated } from "./authenticated.ts";

interface AccountRow {
  readonly id: EntityId;
  readonly tenant: string;
  readonly login: string;
  readonly name: string;
  readonly role: string;
  readonly doctor: EntityId | null;
  readonly language: string | null;
  readonly status: string;
  readonly passwordHash: string | null;
  /** one row per clinic; null where there is none */
  readonly clinic: EntityId | null;
}

/** An account, and what signing in needs beside it. */
export interface KnownAccount {
  readonly account: Account;
  readonly passwordHash: string | undefined;
}

const ACCOUNT = `SELECT a.id, a.tenant_id AS tenant, a.login, a.name, a.role, a.doctor_id AS doctor, a.language, a.status,
  a.password_hash AS passwordHash, c.clinic_id AS clinic
  FROM account a LEFT JOIN account_clinic c ON c.account_id = a.id`;

/** The account that signs in with a name. */
export async function accountByLogin(
  pool: DatabasePool,
  tenant: string,
  login: string,
): Promise<KnownAccount | undefined> {
  const where = `${ACCOUNT} WHERE a.tenant_id = ? AND a.login = ? ORDER BY c.clinic_id`;
  return known(await read(pool, (reader) => reader.query<AccountRow>(where, [tenant, login])));
}

/** An account of a tenant. */
export async function accountById(
  pool: DatabasePool,
  tenant: string,
  id: EntityId,
): Promise<KnownAccount | undefined> {
  const where = `${ACCOUNT} WHERE a.tenant_id = ? AND a.id = ? ORDER BY c.clinic_id`;
  return known(await read(pool, (reader) => reader.query<AccountRow>(where, [tenant, id])));
}

/** The hash of an active account's password as it is now, locked: who changes it, or disables the account, waits. */
export async function lockPasswordHash(tx: Transaction, id: EntityId): Promise<string | undefined> {
  const [row] = await tx.query<{ hash: string | null }>(
    "SELECT password_hash AS hash FROM account WHERE id = ? AND status = 'active' FOR UPDATE",
    [id],
  );
  return row?.hash ?? undefined;
}

function known(rows: readonly AccountRow[]): KnownAccount | undefined {
  const [row] = rows;
  if (row === undefined) return undefined;
  const { id, login, name, role, status, doctor, language } = row;
  const optional = { ...(doctor === null ? {} : { doctor }), ...(language === null ? {} : { language }) };
  return {
    account: Account.parse({ id, login, name, role, status, clinics: clinicsOf(rows), ...optional }),
    passwordHash: row.passwordHash ?? undefined,
  };
}

function clinicsOf(rows: readonly { readonly clinic: EntityId | null }[]): readonly EntityId[] {
  return rows.flatMap(({ clinic }) => (clinic === null ? [] : [clinic]));
}

interface AccessRow extends Omit<AccountRow, "login" | "name" | "language" | "passwordHash"> {
  readonly deviceStatus: string;
  readonly endedAt: number | null;
  readonly expiresAt: number;
  readonly usedAt: number;
}

/** Who an access token speaks for, if account, device and session are all still good; else `undefined`. */
export async function livingSession(
  pool: DatabasePool,
  account: EntityId,
  device: EntityId,
  now: number,
): Promise<Authenticated | undefined> {
  // An access token is younger than any session is idle.
  return (await livingSessionUntil(pool, account, device, now, Infinity))?.who;
}

/** A session that is good, and until when if nothing else ends it, ms since 1970. */
export interface LivingSession {
  readonly who: Authenticated;
  readonly expiresAt: number;
}

/**
 * As {@link livingSession}, for what lives longer than an access token.
 * @param idleMs how long a session lives without being used
 */
export async function livingSessionUntil(
  pool: DatabasePool,
  account: EntityId,
  device: EntityId,
  now: number,
  idleMs: number,
): Promise<LivingSession | undefined> {
  const rows = await read(pool, (reader) =>
    reader.query<AccessRow>(
      `SELECT a.id, a.tenant_id AS tenant, a.role, a.doctor_id AS doctor, a.status, d.status AS deviceStatus,
         s.ended_at AS endedAt, s.expires_at AS expiresAt, s.used_at AS usedAt, c.clinic_id AS clinic
       FROM session s JOIN device d ON d.id = s.device_id JOIN account a ON a.id = d.account_id
         LEFT JOIN account_clinic c ON c.account_id = a.id
       WHERE s.device_id = ? AND a.id = ? ORDER BY c.clinic_id`,
      [device, account],
    ),
  );
  const [row] = rows;
  const lives = row?.status === "active" && row.deviceStatus === "active";
  if (row === undefined || !lives || row.endedAt !== null) return undefined;
  const expiresAt = Math.min(row.expiresAt, row.usedAt + idleMs);
  if (expiresAt <= now) return undefined;
  const { tenant, doctor } = row;
  const role = Role.parse(row.role);
  const who = { tenant, account, device, role, clinics: clinicsOf(rows), doctor: doctor ?? undefined };
  return { who, expiresAt };
}

interface DeviceRow {
  readonly id: EntityId;
  readonly name: string;
  readonly status: string;
  readonly lastSeenAt: number;
}

/** A device as its owner's list shows it. */
export interface ListedDevice extends Device {
  /** ms since 1970; 0 where it never synced */
  readonly lastSeenAt: number;
}

const MOST_DEVICES = 200;

/** An account's devices, the ones seen last first. */
export async function devicesOf(
  pool: DatabasePool,
  tenant: string,
  account: EntityId,
): Promise<readonly ListedDevice[]> {
  const rows = await read(pool, (reader) =>
    reader.query<DeviceRow>(
      `SELECT id, name, status, last_seen_at AS lastSeenAt FROM device
       WHERE tenant_id = ? AND account_id = ? ORDER BY status, last_seen_at DESC, id LIMIT ${String(MOST_DEVICES)}`,
      [tenant, account],
    ),
  );
  return rows.map(({ id, name, status, lastSeenAt }) => ({
    id,
    account,
    name,
    status: status === "active" ? "active" : "revoked",
    lastSeenAt,
  }));
}
