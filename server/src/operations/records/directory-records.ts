import { Clinic, Doctor, Patient } from "@healthbridge/schema";
import { clinic, doctor, patient } from "@healthbridge/schema/tables";
import { insertRows, loadRows, type Records, type Stored, updateRows, withoutNulls } from "./table.ts";

export const clinicRecords: Records<"clinic"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, clinic, ids, lock);
    return rows.map((row) => ({ tenant: row.tenantId, entity: clinicOfRow(row) }));
  },
  insert: (tx, entities) => insertRows(tx, clinic, entities.map(clinicRow)),
  update: (tx, entities) => updateRows(tx, clinic, entities.map(clinicRow)),
};

export const doctorRecords: Records<"doctor"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, doctor, ids, lock);
    return rows.map((row) => ({ tenant: row.tenantId, entity: doctorOfRow(row) }));
  },
  insert: (tx, entities) => insertRows(tx, doctor, entities.map(doctorRow)),
  update: (tx, entities) => updateRows(tx, doctor, entities.map(doctorRow)),
};

export const patientRecords: Records<"patient"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, patient, ids, lock);
    return rows.map((row) => ({ tenant: row.tenantId, entity: patientOfRow(row) }));
  },
  insert: (tx, entities) => insertRows(tx, patient, entities.map(patientRow)),
  update: (tx, entities) => updateRows(tx, patient, entities.map(patientRow)),
};

/** A row of the table as the entity it holds. */
export function clinicOfRow(row: typeof clinic.$inferSelect): Clinic {
  return Clinic.parse(withoutNulls({ ...row, holidays: jsonOf(row.holidays) }));
}

/** A row of the table as the entity it holds. */
export function doctorOfRow(row: typeof doctor.$inferSelect): Doctor {
  return Doctor.parse({
    id: row.id,
    name: row.name,
    clinic: row.clinicId,
    specialities: listOf(row.specialities),
    languages: listOf(row.languages),
    rules: jsonOf(row.rules),
    ...(row.feeAmount === null || row.feeCurrency === null
      ? {}
      : { fee: { amount: row.feeAmount, currency: row.feeCurrency } }),
  });
}

/** A row of the table as the entity it holds. */
export function patientOfRow(row: typeof patient.$inferSelect): Patient {
  return Patient.parse(withoutNulls({ ...row, account: row.accountId, clinic: row.clinicId }));
}

/** Words between commas, with a comma at both ends: `,general-practice,surgery,`, so that `LIKE '%,surgery,%'` finds whole words. */
function listText(words: readonly string[]): string {
  return `,${words.join(",")},`;
}

function listOf(text: string): string[] {
  return text.split(",").filter((word) => word !== "");
}

/** What a column holds as JSON; `undefined` where it holds nothing. */
function jsonOf(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function clinicRow({ tenant, entity }: Stored<"clinic">) {
  return { ...entity, tenantId: tenant, holidays: textOf(entity.holidays) };
}

function doctorRow({ tenant, entity }: Stored<"doctor">) {
  return {
    id: entity.id,
    tenantId: tenant,
    name: entity.name,
    clinicId: entity.clinic,
    specialities: listText(entity.specialities),
    languages: listText(entity.languages),
    rules: textOf(entity.rules),
    feeAmount: entity.fee?.amount,
    feeCurrency: entity.fee?.currency,
  };
}

function patientRow({ tenant, entity }: Stored<"patient">) {
  const { account, clinic: home, ...fields } = entity;
  return { ...fields, tenantId: tenant, accountId: account, clinicId: home };
}
