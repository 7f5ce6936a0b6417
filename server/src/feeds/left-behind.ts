import { accountFeed, type Appointment, patientAudience, type StoredFeedName } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import type { Changed, LoadedState } from "../operations/loaded-state.ts";
import type { Entry } from "./entry.ts";
import { answeredIn, expectedIn, expectedOf } from "./expected.ts";

/** A patient, and the feeds that had one reason less to show her when the batch was through. */
interface Left {
  readonly tenant: string;
  readonly patient: string;
  readonly feeds: readonly StoredFeedName[];
}

/**
 * What appointments take along that are put away, or move to another doctor, and conversations that are taken away, or that another doctor answers now: whoever saw a patient only because of
 * that sees her no longer, once it was the last reason. The patients' rows are locked, so that a booking comes before or after.
 */
export async function entriesOfLeftBehind(tx: Transaction, state: LoadedState): Promise<Entry[]> {
  const left = [...leftByAppointments(state), ...leftByConversations(state)];
  if (left.length === 0) return [];
  const patients = [...new Set(left.map(({ patient }) => patient))].toSorted();
  const others = await expectedOf(tx, patients);
  const answered = await answeredIn(tx, patients, state);
  return left.flatMap(({ tenant, patient: id, feeds }) => {
    const patient = state.view(tenant, "").get("patient", id);
    const sees = new Set([
      ...(patient === undefined ? [] : patientAudience(patient)),
      ...(others.get(id) ?? []).flatMap(expectedIn),
      ...(answered.get(id) ?? []),
    ]);
    const entry = { tenant, kind: "patient" as const, id, origin: undefined };
    const gone = feeds.filter((feed) => !sees.has(feed));
    // Where it leaves a feed everybody who goes on seeing it is shown it again, as when a card moves.
    const shown = gone.length > 0 ? [...sees] : [];
    return [
      ...gone.map((feed) => ({ ...entry, feed, gone: true })),
      ...shown.map((feed) => ({ ...entry, feed, gone: false })),
    ];
  });
}

function leftByAppointments(state: LoadedState): Left[] {
  return state.changedOf("appointment").flatMap((changed) => {
    const appointment = leftIn(changed);
    if (appointment === undefined) return [];
    const { tenant } = changed;
    const { patient, clinic, doctor } = appointment;
    const account = state.view(tenant, "").get("doctorAccount", doctor) ?? null;
    return [{ tenant, patient, feeds: expectedIn({ clinic, account }) }];
  });
}

/** The appointment as it stood where it stands no longer. */
function leftIn({ before, after }: Changed<"appointment">): Appointment | undefined {
  if (after.archived === true) return after;
  return before === undefined || before.doctor === after.doctor ? undefined : before;
}

function leftByConversations(state: LoadedState): Left[] {
  return state.changedOf("conversation").flatMap(({ tenant, before, after }) => {
    if (before === undefined || (before.doctor === after.doctor && after.removed !== true)) return [];
    const account = state.view(tenant, "").get("doctorAccount", before.doctor);
    return account === undefined ? [] : [{ tenant, patient: after.patient, feeds: [accountFeed(account)] }];
  });
}
