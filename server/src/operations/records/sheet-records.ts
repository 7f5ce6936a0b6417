import { Availability, freeSlots, Sheet, splitSheetId } from "@healthbridge/schema";
import { availability, daySheet } from "@healthbridge/schema/tables";
import { insertRows, loadRows, type Records, type Stored, updateRows } from "./table.ts";

export const availabilityRecords: Records<"availability"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, availability, ids, lock);
    return rows.map((row) => ({ tenant: row.tenantId, entity: availabilityOfRow(row) }));
  },
  insert: (tx, entities) => insertRows(tx, availability, entities.map(availabilityRow)),
  update: (tx, entities) => updateRows(tx, availability, entities.map(availabilityRow)),
};

export const sheetRecords: Records<"sheet"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, daySheet, ids, lock);
    return rows.map((row) => ({ tenant: row.tenantId, entity: sheetOfRow(row) }));
  },
  insert: (tx, entities) => insertRows(tx, daySheet, entities.map(sheetRow)),
  update: (tx, entities) => updateRows(tx, daySheet, entities.map(sheetRow)),
};

/** A row of the table as the entity it holds. */
export function sheetOfRow({ id, zone, runs, held, leased, queue }: SheetRow): Sheet {
  const unpacked: Record<string, unknown> = { id, zone, runs: JSON.parse(runs) };
  if (held !== null) unpacked["held"] = JSON.parse(held);
  if (leased !== null) unpacked["leased"] = JSON.parse(leased);
  if (queue !== null) unpacked["queue"] = queue;
  return Sheet.parse(unpacked);
}

/** The columns of a day sheet that make it up. */
export const SHEET_COLUMNS = {
  id: daySheet.id,
  zone: daySheet.zone,
  runs: daySheet.runs,
  held: daySheet.held,
  leased: daySheet.leased,
  queue: daySheet.queue,
} as const;

type SheetRow = Pick<typeof daySheet.$inferSelect, keyof typeof SHEET_COLUMNS>;

/** A row of the table as the entity it holds. */
export function availabilityOfRow(row: typeof availability.$inferSelect): Availability {
  const plan: unknown = JSON.parse(row.plan);
  return Availability.parse({
    ...(typeof plan === "object" ? plan : {}),
    id: row.id,
    ...(row.sheetsUntil === null ? {} : { sheetsUntil: row.sheetsUntil }),
  });
}

function availabilityRow({ tenant, entity }: Stored<"availability">) {
  const { id, sheetsUntil, ...plan } = entity;
  return { id, tenantId: tenant, plan: JSON.stringify(plan), sheetsUntil };
}

function sheetRow({ tenant, entity }: Stored<"sheet">) {
  const { doctor, date } = splitSheetId(entity.id);
  return {
    id: entity.id,
    tenantId: tenant,
    doctorId: doctor,
    date,
    zone: entity.zone,
    runs: JSON.stringify(entity.runs),
    free: freeSlots(entity),
    held: entity.held === undefined ? undefined : JSON.stringify(entity.held),
    leased: entity.leased === undefined ? undefined : JSON.stringify(entity.leased),
    queue: entity.queue,
  };
}
