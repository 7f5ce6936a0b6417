import type { EntityId, Role } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { DEMO_ACCOUNTS } from "./accounts.ts";

interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly doctor: string | null;
  readonly clinic: string | null;
}

/** A small table of the accounts one can sign in with, and who each is. */
export async function accountLines(
  pool: DatabasePool,
  ids: ReadonlyMap<Role, EntityId>,
): Promise<readonly string[]> {
  const known = new Map((await accountRows(pool, [...ids.values()])).map((row) => [row.id, row]));
  const rows = DEMO_ACCOUNTS.map(({ role, login, password }) => [
    login,
    password,
    whoIs(role, known.get(ids.get(role) ?? "")),
  ]);
  return ["", ...table([["sign in as", "password", "who"], ...rows]), ""];
}

function accountRows(pool: DatabasePool, ids: readonly EntityId[]): Promise<readonly AccountRow[]> {
  return read(pool, (reader) =>
    reader.query<AccountRow>(
      `SELECT a.id, a.name, d.name AS doctor, MIN(c.name) AS clinic FROM account a LEFT JOIN doctor d ON d.id = a.doctor_id
       LEFT JOIN account_clinic w ON w.account_id = a.id LEFT JOIN clinic c ON c.id = w.clinic_id
       WHERE a.id IN (?) GROUP BY a.id, a.name, d.name`,
      [ids],
    ),
  );
}

function whoIs(role: Role, row: AccountRow | undefined): string {
  const name = row?.doctor ?? row?.name ?? "";
  const place = row?.clinic ?? "";
  const roles: Readonly<Record<Role, string>> = {
    patient: "a patient; acts for herself and two children",
    doctor: `at ${place}`,
    staff: `staff of ${place}`,
    administrator: "administrator of everything",
  };
  return `${name}, ${roles[role]}`;
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("   ")}`.trimEnd());
}
