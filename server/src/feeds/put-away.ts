import { patientAudience } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import type { LoadedState } from "../operations/loaded-state.ts";
import type { Entry } from "./entry.ts";
import { expectedIn, expectedOf } from "./expected.ts";

/**
 * What appointments take along that are put away: whoever saw a patient only because she was expected sees her no longer, once the last of her appointments there
 * is put away. The patients' rows are locked, so that a booking comes before or after.
 */
export async function entriesOfPutAway(tx: Transaction, state: LoadedState): Promise<Entry[]> {
  const away = state.changedOf("appointment").filter(({ after }) => after.archived === true);
  if (away.length === 0) return [];
  const left = await expectedOf(tx, [...new Set(away.map(({ after }) => after.patient))].toSorted());
  return away.flatMap(({ tenant, after: { patient: id, clinic, doctor } }) => {
    const view = state.view(tenant, "");
    const patient = view.get("patient", id);
    const account = view.get("doctorAccount", doctor) ?? null;
    const sees = new Set([
      ...(patient === undefined ? [] : patientAudience(patient)),
      ...(left.get(id) ?? []).flatMap(expectedIn),
    ]);
    return expectedIn({ clinic, account })
      .filter((feed) => !sees.has(feed))
      .map((feed) => ({ tenant, feed, kind: "patient" as const, id, gone: true, origin: undefined }));
  });
}
