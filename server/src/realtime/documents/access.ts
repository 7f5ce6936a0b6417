import type { DocumentAddress, EntityId } from "@healthbridge/schema";
import type { DatabasePool } from "../../database/pool.ts";
import { read, type Reader } from "../../database/read.ts";

/** Who wants to see a document, or has it open. */
export interface DocumentHolder {
  readonly tenant: string;
  readonly account: EntityId;
}

/** Somebody and a document. */
export interface Asked {
  readonly holder: DocumentHolder;
  readonly address: DocumentAddress;
}

/** On whose side of the consultation somebody is. */
export type Side = "patient" | "clinic" | "doctor";

/** What somebody may do with a document, and how others are told who she is. */
export interface DocumentRight {
  readonly may: "write" | "read";
  readonly side: Side;
  readonly name: string;
}

/**
 * Says what each may do with her document now; `undefined`: for her it does not exist. Asked again every few seconds for all who have one open, so it costs a few statements
 * whatever their number.
 */
export interface DocumentAccess {
  of(asked: readonly Asked[]): Promise<ReadonlyArray<DocumentRight | undefined>>;
  /** Those of these accounts that are not disabled. */
  active(accounts: readonly EntityId[]): Promise<ReadonlySet<string>>;
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

interface Consultation {
  readonly id: string;
  readonly doctor: string | null;
  readonly patient: string;
  readonly closed: number | null;
}

interface Card {
  readonly id: string;
  readonly tenant: string;
  readonly account: string | null;
  readonly clinic: string | null;
}

interface Person {
  readonly tenant: string;
  readonly name: string;
  readonly doctor: string | null;
  readonly clinics: readonly string[];
}

/** Rights as the database knows them: who a conversation is between now, whether it goes on, and who works where. */
export function documentAccess(pool: DatabasePool): DocumentAccess {
  return {
    of: (asked) =>
      read(pool, async (reader) => {
        const consultations = await consultationsOf(
          reader,
          unique(asked, (each) => each.address.conversation),
        );
        const cards = await cardsOf(
          reader,
          unique([...consultations.values()], ({ patient }) => patient),
        );
        const people = await peopleOf(
          reader,
          unique(asked, ({ holder }) => holder.account),
        );
        return asked.map(({ holder, address }) => {
          const consultation = consultations.get(address.conversation);
          const card = cards.get(consultation?.patient ?? "");
          const person = people.get(holder.account);
          if (consultation === undefined || card === undefined || person === undefined) return undefined;
          if (card.tenant !== holder.tenant || person.tenant !== holder.tenant) return undefined;
          const side = sideOf(holder.account, person, consultation, card);
          const may = side && rightOf(address.kind, side, consultation.closed === 1);
          return side && may && { may, side, name: person.name };
        });
      }),
    active: (accounts) =>
      read(pool, async (reader) => new Set((await peopleOf(reader, [...new Set(accounts)])).keys())),
  };
}

/** A conversation has no row before its first message: until then it is as the appointment says, which may have been put away meanwhile. */
async function consultationsOf(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Consultation>> {
  const found = new Map<string, Consultation>();
  for (const sql of CONSULTATIONS) {
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) break;
    for (const row of await reader.query<Consultation>(sql, [missing])) found.set(row.id, row);
  }
  return found;
}

const CONSULTATIONS = [
  "SELECT id, doctor_id AS doctor, patient_id AS patient, closed FROM conversation WHERE id IN (?)",
  "SELECT id, doctor_id AS doctor, patient_id AS patient, NULL AS closed FROM appointment WHERE id IN (?)",
  // What of a conversation that was removed is still to be cleared is not to be read any more.
  `SELECT v.id, JSON_UNQUOTE(JSON_EXTRACT(v.entity, '$.doctor')) AS doctor, v.patient_id AS patient, 1 AS closed FROM appointment_archive v
   LEFT JOIN removed_conversation r ON r.id = v.id WHERE v.id IN (?) AND r.id IS NULL`,
];

async function cardsOf(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Card>> {
  if (ids.length === 0) return new Map();
  const rows = await reader.query<Card>(
    "SELECT id, tenant_id AS tenant, account_id AS account, clinic_id AS clinic FROM patient WHERE id IN (?)",
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function peopleOf(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
  if (ids.length === 0) return new Map();
  const rows = await reader.query<Omit<Person, "clinics"> & { id: string; clinic: string | null }>(
    `SELECT a.id, a.tenant_id AS tenant, a.name, a.doctor_id AS doctor, c.clinic_id AS clinic
     FROM account a LEFT JOIN account_clinic c ON c.account_id = a.id WHERE a.id IN (?) AND a.status = 'active'`,
    [ids],
  );
  const people = new Map<string, Person>();
  for (const { id, clinic, ...row } of rows) {
    const clinics = people.get(id)?.clinics ?? [];
    people.set(id, { ...row, clinics: clinic === null ? clinics : [...clinics, clinic] });
  }
  return people;
}

/** A doctor who also works where the card is kept is the doctor. */
function sideOf(
  account: string,
  { doctor, clinics }: Person,
  consultation: Consultation,
  card: Card,
): Side | undefined {
  if (doctor !== null && doctor === consultation.doctor) return "doctor";
  if (card.account === account) return "patient";
  return card.clinic !== null && clinics.includes(card.clinic) ? "clinic" : undefined;
}

function unique<T>(items: readonly T[], pick: (item: T) => string): readonly string[] {
  return [...new Set(items.map(pick))];
}
