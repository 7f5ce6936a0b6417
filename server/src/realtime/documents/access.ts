import type { DocumentAddress, EntityId, Role } from "@healthbridge/schema";
import type { DatabasePool } from "../../database/pool.ts";
import { read } from "../../database/read.ts";

/** Who wants to see a document. */
export interface DocumentHolder {
  readonly tenant: string;
  readonly account: EntityId;
  readonly role: Role;
  /** clinics the account works for */
  readonly clinics: readonly EntityId[];
  /** the doctor this account is */
  readonly doctor: EntityId | undefined;
}

/** On whose side of the consultation somebody is. */
export type Side = "patient" | "clinic" | "doctor";

/** What somebody may do with a document, and how others are told who she is. */
export interface DocumentRight {
  readonly may: "write" | "read";
  readonly side: Side;
  readonly name: string;
}

/** Says what somebody may do with a document now; `undefined`: for her it does not exist. Asked again every few seconds while she has it open. */
export interface DocumentAccess {
  of(holder: DocumentHolder, document: DocumentAddress): Promise<DocumentRight | undefined>;
}

/**
 * The rights of a consultation's documents. `intake`: the patient, the staff of the clinic that keeps her card, and the doctor write. `notes`: the doctor writes, that staff
 * reads, the patient does not see them. A closed conversation is read only.
 */
export function rightOf(
  kind: DocumentAddress["kind"],
  side: Side,
  closed: boolean,
): DocumentRight["may"] | undefined {
  if (kind === "notes" && side === "patient") return undefined;
  const writes = kind === "intake" || side === "doctor";
  return writes && !closed ? "write" : "read";
}

interface Row {
  readonly doctor: string;
  readonly account: string | null;
  readonly clinic: string | null;
  readonly closed: number | null;
  readonly name: string | null;
}

/** A conversation has no row before its first message: until then it is as the appointment says, which may have been put away meanwhile. */
const WHO_CONSULTS = `
  SELECT COALESCE(c.doctor_id, a.doctor_id, JSON_UNQUOTE(JSON_EXTRACT(old.entity, '$.doctor'))) AS doctor,
    p.account_id AS account, p.clinic_id AS clinic, CASE WHEN c.id IS NULL AND a.id IS NULL THEN 1 ELSE c.closed END AS closed, me.name
  FROM (SELECT 1 AS one) alone LEFT JOIN conversation c ON c.id = ? LEFT JOIN appointment a ON a.id = ? LEFT JOIN appointment_archive old ON old.id = ?
    JOIN patient p ON p.id = COALESCE(c.patient_id, a.patient_id, old.patient_id)
    LEFT JOIN account me ON me.id = ?
  WHERE p.tenant_id = ?`;

/** Rights as the database knows them: who the conversation is between now, and whether it goes on. */
export function documentAccess(pool: DatabasePool): DocumentAccess {
  return {
    async of(holder, { conversation, kind }) {
      const [row] = await read(pool, (reader) =>
        reader.query<Row>(WHO_CONSULTS, [
          conversation,
          conversation,
          conversation,
          holder.account,
          holder.tenant,
        ]),
      );
      const side = row && sideOf(holder, row);
      if (side === undefined) return undefined;
      const may = rightOf(kind, side, row?.closed === 1);
      return may && { may, side, name: row?.name ?? "" };
    },
  };
}

function sideOf({ account, doctor, clinics }: DocumentHolder, row: Row): Side | undefined {
  if (doctor !== undefined && doctor === row.doctor) return "doctor";
  if (row.account === account) return "patient";
  return row.clinic !== null && clinics.includes(row.clinic) ? "clinic" : undefined;
}
