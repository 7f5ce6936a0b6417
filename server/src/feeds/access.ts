import { type FeedName, Role } from "@healthbridge/schema";
import type { Reader } from "../database/read.ts";
import type { Submitter } from "../operations/submission.ts";
import { accountFeed, type StoredFeedName } from "./audience.ts";

/** Who reads, as the database knows her now. */
export interface Viewer {
  readonly tenant: string;
  readonly account: string;
  readonly role: Role;
  readonly clinics: readonly string[];
}

/** Looks up who reads; `undefined` for a device that was signed out or an account that was ended. */
export async function viewerOf(reader: Reader, submitter: Submitter): Promise<Viewer | undefined> {
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

/** The name under which a feed is stored: on the wire an account's own is `me`. */
export function storedName(name: FeedName, viewer: Viewer): StoredFeedName {
  return name === "me" ? accountFeed(viewer.account) : name;
}

/** Whether somebody may read a feed of her tenant. Calendars and the directory are open to the tenant; they hold no names of patients. */
export function mayRead(viewer: Viewer, stored: StoredFeedName): boolean {
  const [family, id] = stored.split(":");
  if (family === "directory" || family === "calendar") return true;
  if (family === "account") return id === viewer.account;
  return (
    family === "clinic" &&
    id !== undefined &&
    (viewer.role === "administrator" || viewer.clinics.includes(id))
  );
}

const FAMILIES = ["account", "clinic", "calendar", "directory"];

/** What matters most goes first: one's own, the clinic's, calendars, the directory. */
export function importance(stored: StoredFeedName): number {
  return FAMILIES.indexOf(stored.split(":")[0] ?? "");
}
