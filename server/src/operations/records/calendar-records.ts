import { CalendarLink } from "@healthbridge/schema";
import { calendarLink } from "@healthbridge/schema/tables";
import { insertRows, loadRows, type Records, type Stored, updateRows, withoutNulls } from "./table.ts";

export const calendarLinkRecords: Records<"calendarLink"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, calendarLink, ids, lock);
    return rows.map((row) => ({ tenant: row.tenantId, entity: calendarLinkOfRow(row) }));
  },
  insert: (tx, entities) => insertRows(tx, calendarLink, entities.map(calendarLinkRow)),
  update: (tx, entities) => updateRows(tx, calendarLink, entities.map(calendarLinkRow)),
};

/** A row of the table as the entity it holds. */
export function calendarLinkOfRow(row: typeof calendarLink.$inferSelect): CalendarLink {
  return CalendarLink.parse(
    withoutNulls({
      ...row,
      account: row.accountId,
      device: row.deviceId,
      of: withoutNulls({ doctor: row.doctorId, patient: row.patientId }),
      names: row.names === 1,
    }),
  );
}

function calendarLinkRow({ tenant, entity }: Stored<"calendarLink">) {
  const { account, device, of, names, ...fields } = entity;
  return {
    ...fields,
    tenantId: tenant,
    accountId: account,
    deviceId: device,
    doctorId: of.doctor,
    patientId: of.patient,
    names: names ? 1 : 0,
  };
}
