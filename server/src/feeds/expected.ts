import { accountFeed, clinicFeed, type StoredFeedName } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import type { LoadedState } from "../operations/loaded-state.ts";
import { removedIn } from "../operations/records/removed-conversations.ts";

/** An appointment, as far as it says who expects the patient. */
export interface Expected {
  readonly id: string;
  readonly patient: string;
  readonly clinic: string;
  /** of the doctor */
  readonly account: string | null;
}

/** The appointments of patients, by patient. Their patients' locks, which the batch holds, keep them as they are. */
export async function expectedOf(
  tx: Transaction,
  patients: readonly string[],
): Promise<ReadonlyMap<string, readonly Expected[]>> {
  const rows = await tx.query<Expected>(
    `SELECT v.id, v.patient_id AS patient, v.clinic_id AS clinic, a.id AS account FROM appointment v LEFT JOIN account a ON a.doctor_id = v.doctor_id
     WHERE v.patient_id IN (?) ORDER BY v.id`,
    [[...patients]],
  );
  return Map.groupBy(rows, ({ patient }) => patient);
}

/** The feeds that show an appointment, and its patient, whoever keeps her card. */
export function expectedIn({
  clinic,
  account,
}: Pick<Expected, "clinic" | "account">): readonly StoredFeedName[] {
  return account === null ? [clinicFeed(clinic)] : [clinicFeed(clinic), accountFeed(account)];
}

/**
 * The feeds that show patients to whoever answers their conversations, by patient. The patients' locks keep these as they are, too; but for what the batch itself takes away.
 */
export async function answeredIn(
  tx: Transaction,
  patients: readonly string[],
  state: LoadedState,
): Promise<ReadonlyMap<string, readonly StoredFeedName[]>> {
  const rows = await tx.query<{ id: string; patient: string; account: string }>(
    `SELECT c.id, c.patient_id AS patient, a.id AS account FROM conversation c JOIN account a ON a.doctor_id = c.doctor_id
     WHERE c.patient_id IN (?) ORDER BY c.id`,
    [[...patients]],
  );
  const removed = new Set(removedIn(state).map(({ after }) => after.id));
  const answered = rows.filter(({ id }) => !removed.has(id));
  const byPatient = Map.groupBy(answered, ({ patient }) => patient);
  return new Map([...byPatient].map(([patient, of]) => [patient, of.map((row) => accountFeed(row.account))]));
}
