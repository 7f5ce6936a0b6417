import { accountFeed, type Kind } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import type { LoadedState } from "../operations/loaded-state.ts";
import type { Entry } from "./entry.ts";
import { newestMessages } from "./moved-conversations.ts";

/** An account that a batch opened for a doctor. */
interface Opened {
  readonly tenant: string;
  readonly doctor: string;
  readonly account: string;
}

/**
 * What is shown to a doctor whose account is opened when she has worked for a while: her week, her appointments and their patients, and the conversations she
 * answers with their patients and newest messages. What the batch itself makes for her is told with its change.
 */
export async function entriesOfNewDoctorAccounts(tx: Transaction, state: LoadedState): Promise<Entry[]> {
  const opened = state
    .changedOf("account")
    .flatMap(({ tenant, before, after: { id: account, doctor } }) =>
      before !== undefined || doctor === undefined ? [] : [{ tenant, doctor, account }],
    );
  const entries: Entry[] = [];
  for (const each of opened) entries.push(...(await shownTo(tx, each)));
  return entries;
}

async function shownTo(tx: Transaction, { tenant, doctor, account }: Opened): Promise<Entry[]> {
  const feed = accountFeed(account);
  const show = (kind: Kind, ids: readonly string[]) =>
    ids.map((id) => ({ tenant, feed, kind, id, gone: false, origin: undefined }));
  const weeks = await tx.query<{ id: string }>("SELECT id FROM availability WHERE id = ?", [doctor]);
  const appointments = await tx.query<{ id: string; patient: string }>(
    "SELECT id, patient_id AS patient FROM appointment WHERE doctor_id = ? ORDER BY id",
    [doctor],
  );
  // Locked, so that a message comes before, and is found here, or after, and finds the account.
  const conversations = await tx.query<{ id: string; patient: string }>(
    "SELECT id, patient_id AS patient FROM conversation WHERE doctor_id = ? ORDER BY id FOR UPDATE",
    [doctor],
  );
  const ids = conversations.map(({ id }) => id);
  const messages = ids.length === 0 ? [] : await newestMessages(tx, ids);
  return [
    ...show(
      "availability",
      weeks.map(({ id }) => id),
    ),
    ...show("patient", [...new Set([...appointments, ...conversations].map(({ patient }) => patient))]),
    ...show(
      "appointment",
      appointments.map(({ id }) => id),
    ),
    ...show("conversation", ids),
    ...show(
      "message",
      messages.map(({ id }) => id),
    ),
  ];
}
