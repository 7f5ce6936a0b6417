import { type Actor, type EntityId, type Problem, Role } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import type { Submission, Submitter } from "./submission.ts";

/** Who submits: what the database says of her now, whatever her token said. */

/** The account that stands in a stream's row when nobody or the server itself writes. */
const NOBODY = "anonymous";
const SYSTEM = "system";

/** A device with the account it is signed in to, once for each clinic of hers. */
export interface PersonRow {
  readonly device: EntityId;
  readonly deviceStatus: string;
  readonly tenant: string;
  readonly account: EntityId;
  readonly role: string;
  readonly doctor: EntityId | null;
  readonly status: string;
  readonly clinic: EntityId | null;
}

/** Notes that devices are here, which locks them, and reads whose they are. Those that were revoked are not. */
export async function lockDevices(
  tx: Transaction,
  submissions: readonly Submission[],
): Promise<ReadonlyMap<string, readonly PersonRow[]>> {
  const devices = [
    ...new Set(
      submissions.flatMap(({ submitter }) => (submitter.device === undefined ? [] : [submitter.device])),
    ),
  ].toSorted();
  if (devices.length === 0) return new Map();
  await tx.write(
    "UPDATE device SET last_seen_at = ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) WHERE id IN (?) AND status = 'active'",
    [devices],
  );
  const rows = await tx.query<PersonRow>(
    `SELECT d.id AS device, d.status AS deviceStatus, a.tenant_id AS tenant, a.id AS account, a.role, a.doctor_id AS doctor, a.status, c.clinic_id AS clinic
     FROM device d JOIN account a ON a.id = d.account_id LEFT JOIN account_clinic c ON c.account_id = a.id WHERE d.id IN (?)`,
    [devices],
  );
  return Map.groupBy(rows, (row) => row.device);
}

/** Who asks, or why nobody may. */
export function actorFor(
  submitter: Submitter,
  people: ReadonlyMap<string, readonly PersonRow[]>,
): { readonly actor: Actor | undefined; readonly refused: Problem | undefined } {
  if (submitter.system === true)
    return { actor: { account: SYSTEM, role: "system", clinics: [] }, refused: undefined };
  if (submitter.account === undefined) return { actor: undefined, refused: undefined };
  const rows = submitter.device === undefined ? [] : (people.get(submitter.device) ?? []);
  const [row] = rows;
  const fits =
    row !== undefined &&
    row.account === submitter.account &&
    row.tenant === submitter.tenant &&
    row.deviceStatus === "active" &&
    row.status === "active";
  if (!fits) return { actor: undefined, refused: { code: "device_revoked" } };
  const clinics = rows.flatMap(({ clinic }) => (clinic === null ? [] : [clinic]));
  return {
    actor: {
      account: row.account,
      role: Role.parse(row.role),
      clinics,
      device: row.device,
      ...(row.doctor === null ? {} : { doctor: row.doctor }),
    },
    refused: undefined,
  };
}

/** The account that stands in the rows of what is submitted. */
export function accountOf(submitter: Submitter): string {
  if (submitter.system === true) return SYSTEM;
  return submitter.account ?? NOBODY;
}
