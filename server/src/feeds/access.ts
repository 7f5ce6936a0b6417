import { Role, type Viewer } from "@healthbridge/schema";
import type { Reader } from "../database/read.ts";
import type { Submitter } from "../operations/submission.ts";

/** Who reads, in her tenant. */
export interface TenantViewer extends Viewer {
  readonly tenant: string;
}

/** Looks up who reads; `undefined` for a device that was signed out or an account that was ended. */
export async function viewerOf(reader: Reader, submitter: Submitter): Promise<TenantViewer | undefined> {
  if (submitter.account === undefined || submitter.device === undefined) return undefined;
  const rows = await reader.query<{ role: string; clinic: string | null }>(
    `SELECT a.role, c.clinic_id AS clinic FROM device d JOIN account a ON a.id = d.account_id LEFT JOIN account_clinic c ON c.account_id = a.id
     WHERE d.id = ? AND a.id = ? AND a.tenant_id = ? AND d.status = 'active' AND a.status = 'active'`,
    [submitter.device, submitter.account, submitter.tenant],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const clinics = rows.flatMap(({ clinic }) => (clinic === null ? [] : [clinic]));
  return { tenant: submitter.tenant, account: submitter.account, role: Role.parse(first.role), clinics };
}
