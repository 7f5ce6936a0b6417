import { appointmentArchive } from "@healthbridge/schema/tables";
import type { Transaction } from "../../database/transaction.ts";
import { insertRows, type Stored } from "./table.ts";
import { epochMinutes, MINUTE_MS } from "@healthbridge/schema";

/** Puts finished appointments away: their rows and the time they kept make room, and what they were stays in the archive. */
export async function putAway(tx: Transaction, entities: readonly Stored<"appointment">[]): Promise<void> {
  if (entities.length === 0) return;
  const rows = entities.map(({ tenant, entity }) => ({
    id: entity.id,
    tenantId: tenant,
    patientId: entity.patient,
    startAt: epochMinutes(entity.start) * MINUTE_MS,
    entity: JSON.stringify(entity),
  }));
  const ids = rows.map(({ id }) => id);
  await insertRows(tx, appointmentArchive, rows);
  await tx.write("DELETE FROM appointment WHERE id IN (?)", [ids]);
  await tx.write("DELETE FROM busy_time WHERE appointment_id IN (?)", [ids]);
}
