import { createHash } from "node:crypto";
import { Account, Device, type PushSubscription } from "@healthbridge/schema";
import { account, accountClinic, device, pushSubscription } from "@healthbridge/schema/tables";
import type { Transaction } from "../../database/transaction.ts";
import {
  insertRows,
  loadRows,
  type Records,
  selectRows,
  type Source,
  type Stored,
  updateRows,
  withoutNulls,
} from "./table.ts";

/** Accounts with the clinics they work for. Password hashes are not part of an entity: see `writePasswordHashes`. */
export const accountRecords: Records<"account"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, account, ids, lock);
    const clinics = await clinicsOf(source, ids);
    return rows.map((row) => ({
      tenant: row.tenantId,
      entity: Account.parse({
        ...withoutNulls({ ...row, doctor: row.doctorId }),
        clinics: clinics.get(row.id) ?? [],
      }),
    }));
  },
  async insert(tx, entities) {
    await insertRows(tx, account, entities.map(accountRow));
    await insertClinics(tx, entities);
  },
  async update(tx, entities) {
    await updateRows(tx, account, entities.map(accountRow));
    await tx.write("DELETE FROM account_clinic WHERE account_id IN (?)", [
      entities.map(({ entity }) => entity.id),
    ]);
    await insertClinics(tx, entities);
  },
};

/** Devices, with when each was last heard of. */
export const deviceRecords: Records<"device"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, device, ids, lock);
    const subscriptions = await subscriptionsOf(source, ids);
    return rows.map((row) => ({
      tenant: row.tenantId,
      entity: Device.parse({ ...row, account: row.accountId, push: subscriptions.get(row.id) }),
    }));
  },
  insert: (tx, entities) =>
    insertRows(
      tx,
      device,
      entities.map((each) => ({ ...deviceRow(each), lastSeenAt: 0 })),
    ),
  async update(tx, entities) {
    await updateRows(tx, device, entities.map(deviceRow));
    await writeSubscriptions(tx, entities);
  },
};

/** Sets the password hashes of accounts that were just written. */
export async function writePasswordHashes(
  tx: Transaction,
  hashes: ReadonlyMap<string, string>,
): Promise<void> {
  await updateRows(
    tx,
    account,
    [...hashes].map(([id, passwordHash]) => ({ id, passwordHash })),
  );
}

/** The clinics of accounts, in a stable order. */
async function clinicsOf(source: Source, ids: readonly string[]): Promise<Map<string, string[]>> {
  const where = "WHERE account_id IN (?) ORDER BY account_id, clinic_id";
  const rows = await selectRows(source, accountClinic, where, [[...ids]]);
  const clinics = new Map<string, string[]>();
  for (const row of rows) clinics.set(row.accountId, [...(clinics.get(row.accountId) ?? []), row.clinicId]);
  return clinics;
}

async function insertClinics(tx: Transaction, entities: readonly Stored<"account">[]): Promise<void> {
  await insertRows(
    tx,
    accountClinic,
    entities.flatMap(({ entity }) => entity.clinics.map((clinicId) => ({ accountId: entity.id, clinicId }))),
  );
}

async function subscriptionsOf(
  source: Source,
  devices: readonly string[],
): Promise<Map<string, PushSubscription>> {
  const rows = await selectRows(source, pushSubscription, "WHERE device_id IN (?)", [[...devices]]);
  return new Map(
    rows.map(({ deviceId, endpoint, p256dh, auth }) => [deviceId, { endpoint, keys: { p256dh, auth } }]),
  );
}

/** A browser has one subscription, whoever is signed in there: the device that subscribed last has it. */
async function writeSubscriptions(tx: Transaction, devices: readonly Stored<"device">[]): Promise<void> {
  const rows = devices.flatMap(({ entity: { id, push } }) =>
    push === undefined
      ? []
      : [{ deviceId: id, endpointHash: digest(push.endpoint), endpoint: push.endpoint, ...push.keys }],
  );
  await tx.write("DELETE FROM push_subscription WHERE device_id IN (?)", [
    devices.map(({ entity }) => entity.id),
  ]);
  if (rows.length === 0) return;
  await tx.write("DELETE FROM push_subscription WHERE endpoint_hash IN (?)", [
    rows.map(({ endpointHash }) => endpointHash),
  ]);
  await insertRows(tx, pushSubscription, rows);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function accountRow({ tenant, entity }: Stored<"account">) {
  const { clinics: _clinics, doctor, ...fields } = entity;
  return { ...fields, tenantId: tenant, doctorId: doctor, language: fields.language };
}

function deviceRow({ tenant, entity }: Stored<"device">) {
  return {
    id: entity.id,
    tenantId: tenant,
    accountId: entity.account,
    name: entity.name,
    status: entity.status,
  };
}
