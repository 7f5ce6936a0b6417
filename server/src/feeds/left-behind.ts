import { type Appointment, patientAudience } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import type { Changed, LoadedState } from "../operations/loaded-state.ts";
import type { Entry } from "./entry.ts";
import { expectedIn, expectedOf } from "./expected.ts";

/**
 * What appointments take along that are put away, or move to another doctor: whoever saw a patient only because she was expected there sees her no longer, once
 * that was the last of her appointments there. The patients' rows are locked, so that a booking comes before or after.
 */
export async function entriesOfLeftBehind(tx: Transaction, state: LoadedState): Promise<Entry[]> {
  const left = state.changedOf("appointment").flatMap((changed) => {
    const appointment = leftIn(changed);
    return appointment === undefined ? [] : [{ tenant: changed.tenant, appointment }];
  });
  if (left.length === 0) return [];
  const others = await expectedOf(
    tx,
    [...new Set(left.map(({ appointment }) => appointment.patient))].toSorted(),
  );
  return left.flatMap(({ tenant, appointment: { patient: id, clinic, doctor } }) => {
    const view = state.view(tenant, "");
    const patient = view.get("patient", id);
    const account = view.get("doctorAccount", doctor) ?? null;
    const sees = new Set([
      ...(patient === undefined ? [] : patientAudience(patient)),
      ...(others.get(id) ?? []).flatMap(expectedIn),
    ]);
    const entry = { tenant, kind: "patient" as const, id, origin: undefined };
    const gone = expectedIn({ clinic, account }).filter((feed) => !sees.has(feed));
    // Where it leaves a feed everybody who goes on seeing it is shown it again, as when a card moves.
    const shown = gone.length > 0 ? [...sees] : [];
    return [
      ...gone.map((feed) => ({ ...entry, feed, gone: true })),
      ...shown.map((feed) => ({ ...entry, feed, gone: false })),
    ];
  });
}

/** The appointment as it stood where it stands no longer. */
function leftIn({ before, after }: Changed<"appointment">): Appointment | undefined {
  if (after.archived === true) return after;
  return before === undefined || before.doctor === after.doctor ? undefined : before;
}
