import { parseDocumentName } from "@healthbridge/schema";
import type { ModelDatabase } from "../database/model-database.ts";
import type { Row } from "./conversation-ledger.ts";

/** Tables that say who may do what with a document. */
export const RIGHTS_TABLES = [
  "conversation",
  "appointment",
  "appointment_archive",
  "patient",
  "account",
  "account_clinic",
] as const;

/**
 * What people may do with documents, by the rows as they are at one moment; said once more in other words than the server's. The doctor who answers writes both; whose card it is and who
 * works where that is kept write the intake form, and of them those who work there read the notes; what is closed is only read.
 */
export class DocumentRights {
  readonly #database: ModelDatabase;
  readonly #tables = new Map<string, ReadonlyMap<unknown, Row>>();
  #places: ReadonlySet<string> | undefined;

  constructor(database: ModelDatabase) {
    this.#database = database;
  }

  of(document: string, account: string): "write" | "read" | undefined {
    const address = parseDocumentName(document);
    const consultation = address && this.#consultation(address.conversation);
    const card = this.#find("patient", consultation?.patient);
    const person = this.#find("account", account);
    if (consultation === undefined || card === undefined || person?.["status"] !== "active") return undefined;
    if (card["tenant_id"] !== person["tenant_id"]) return undefined;
    const answers = person["doctor_id"] !== null && person["doctor_id"] === consultation.doctor;
    const own = card["account_id"] === account;
    if (!answers && !own && !this.#worksAt(account, card["clinic_id"])) return undefined;
    const isNotes = address?.kind === "notes";
    if (isNotes && !answers && own) return undefined;
    return !consultation.closed && (answers || !isNotes) ? "write" : "read";
  }

  #consultation(id: string): Consultation | undefined {
    const row = this.#find("conversation", id) ?? this.#find("appointment", id);
    if (row !== undefined)
      return { doctor: row["doctor_id"], patient: row["patient_id"], closed: row["closed"] === 1 };
    const archived = this.#find("appointment_archive", id);
    if (archived === undefined) return undefined;
    const { doctor }: { readonly doctor?: unknown } = JSON.parse(String(archived["entity"]));
    return { doctor, patient: archived["patient_id"], closed: true };
  }

  #worksAt(account: string, clinic: unknown): boolean {
    this.#places ??= new Set(
      this.#database
        .rows("account_clinic")
        .map((row) => `${String(row["account_id"])} ${String(row["clinic_id"])}`),
    );
    return this.#places.has(`${account} ${String(clinic)}`);
  }

  #find(table: string, id: unknown): Row | undefined {
    const known =
      this.#tables.get(table) ?? new Map(this.#database.rows(table).map((row) => [row["id"], row]));
    this.#tables.set(table, known);
    return known.get(id);
  }
}

interface Consultation {
  readonly doctor: unknown;
  readonly patient: unknown;
  readonly closed: boolean;
}
