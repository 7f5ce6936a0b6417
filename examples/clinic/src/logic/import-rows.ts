import type { EnqueueItem } from "@healthbridge/client-sdk";
import type { Doctor, EntityId, Patient, Start } from "@healthbridge/schema/client";
import { type CsvLine, readCsv } from "./csv.ts";
import { doublesOf, wordsOf } from "./likeness.ts";
import { type DraftField, EMPTY_DRAFT, type PatientDetails, readDraft } from "./patient-draft.ts";
import { type WishChoice, wishesOf } from "./wish-choice.ts";

/** Rows of a table that register patients and, where a doctor and a time stand in them, book for them. */

export type RowFault =
  | {
      readonly code:
        | "quote"
        | "slipped"
        | "name"
        | "noDoctor"
        | "timeMissing"
        | "noDate"
        | "noTime"
        | "noTimeZone"
        | "past";
    }
  | { readonly code: "doctorUnknown" | "doctorUnclear"; readonly text: string }
  | { readonly code: "field"; readonly field: DraftField; readonly text: string };

/** A row as it was understood. */
export type ImportRow = { readonly line: number; readonly text: string; readonly shown: string } & (
  | { readonly kind: "fault"; readonly faults: readonly RowFault[] }
  | {
      readonly kind: "good";
      /** a card that is this patient's beyond doubt: nothing is registered anew */
      readonly known: Patient | undefined;
      /** cards that may be hers, the one that is beyond doubt among them */
      readonly doubles: readonly Patient[];
      readonly details: PatientDetails;
      readonly booking: RowBooking | undefined;
      /** the same content, the same text: so that a file that is read twice asks once */
      readonly content: string;
    }
);

/** A row that was understood. */
export type GoodRow = ImportRow & { readonly kind: "good" };

export interface RowBooking {
  readonly doctor: Doctor;
  readonly start: Start;
  readonly reason: string | undefined;
}

export interface ImportAround {
  readonly today: string;
  /** ms since 1970 */
  readonly now: number;
  readonly dialling: string | undefined;
  readonly doctors: readonly Doctor[];
  readonly patients: readonly Patient[];
  /** a doctor's wall time as a start, where her sheet is held */
  readonly startOf: (doctor: EntityId, date: string, time: string) => Start | undefined;
}

export interface ImportTable {
  readonly rows: readonly ImportRow[];
  readonly header: readonly string[];
  /** columns that mean nothing here */
  readonly unused: readonly string[];
  /** the first line names no column that is known */
  readonly headless: boolean;
}

/** Names of columns, and the field each fills. Those of `clinic-batch`, whose files are read here as well. */
const FIELD_OF: Readonly<Record<string, DraftField>> = {
  name: "name",
  born: "born",
  sex: "sex",
  phone: "phone",
  card: "cardNumber",
  village: "village",
  language: "language",
};
const BOOKING_COLUMNS = ["doctor", "date", "time", "reason"] as const;

export const IMPORT_COLUMNS: readonly string[] = [...Object.keys(FIELD_OF), ...BOOKING_COLUMNS];

/** Reads a table. Nothing is lost: a row that cannot be understood comes back as it was, with what is wrong with it. */
export function readImport(text: string, around: ImportAround): ImportTable {
  const [first, ...lines] = readCsv(text);
  const header = first === undefined || "fault" in first ? [] : first.cells;
  const names = header.map(columnName);
  if (!names.includes("name")) return { rows: [], header, unused: [], headless: true };
  return {
    rows: lines.map((line) => readRow(line, names, around)),
    header,
    unused: header.filter((cell, at) => cell !== "" && !IMPORT_COLUMNS.includes(names[at] ?? "")),
    headless: false,
  };
}

function columnName(cell: string): string {
  return cell
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_")
    .replace(/^patient_/, "");
}

function readRow(line: CsvLine, names: readonly string[], around: ImportAround): ImportRow {
  const base = { line: line.line, text: line.text };
  if ("fault" in line) return { ...base, shown: line.text, kind: "fault", faults: [{ code: "quote" }] };
  if (line.cells.slice(names.length).some((cell) => cell !== ""))
    return { ...base, shown: line.cells.join(", "), kind: "fault", faults: [{ code: "slipped" }] };
  const cells = new Map(names.map((name, at) => [name, line.cells[at] ?? ""]));
  const shown = cells.get("name") ?? "";
  const { details, faults } = readPatient(cells, around);
  const booking = readBooking(cells, around);
  const all = [...faults, ...("faults" in booking ? booking.faults : [])];
  const { name } = details;
  if (all.length > 0 || name === undefined || "faults" in booking)
    return { ...base, shown, kind: "fault", faults: all };
  const known = knownAs({ ...details, name }, around.patients);
  const doubles = doublesOf({ ...details, name }, around.patients).map(({ patient }) => patient);
  return {
    ...base,
    shown,
    kind: "good",
    details: { ...details, name },
    known,
    doubles: known === undefined || doubles.includes(known) ? doubles : [known, ...doubles],
    booking: booking.booking,
    content: JSON.stringify(IMPORT_COLUMNS.map((column) => cells.get(column) ?? "")),
  };
}

function readPatient(cells: ReadonlyMap<string, string>, { today, dialling }: ImportAround) {
  const typed = Object.fromEntries(
    Object.entries(FIELD_OF).map(([column, field]) => [field, cells.get(column) ?? ""]),
  );
  const { details, faults } = readDraft({ ...EMPTY_DRAFT, ...typed }, { today, dialling });
  return {
    details,
    faults: [...faults.keys()].map((field): RowFault =>
      field === "name" ? { code: "name" } : { code: "field", field, text: typed[field] ?? "" },
    ),
  };
}

function readBooking(
  cells: ReadonlyMap<string, string>,
  { doctors, startOf, now }: ImportAround,
): { readonly booking: RowBooking | undefined } | { readonly faults: readonly RowFault[] } {
  const [named = "", date = "", time = "", reason = ""] = BOOKING_COLUMNS.map(
    (column) => cells.get(column) ?? "",
  );
  if (named === "" && date === "" && time === "") return { booking: undefined };
  if (named === "") return { faults: [{ code: "noDoctor" }] };
  const found = doctorsCalled(named, doctors);
  const [doctor] = found;
  if (doctor === undefined) return { faults: [{ code: "doctorUnknown", text: named }] };
  if (found.length > 1) return { faults: [{ code: "doctorUnclear", text: named }] };
  if (date === "" || time === "") return { faults: [{ code: "timeMissing" }] };
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date)))
    return { faults: [{ code: "noDate" }] };
  const clock = /^(\d{1,2})[:.](\d{2})$/.exec(time);
  if (clock === null || Number(clock[1]) > 23 || Number(clock[2]) > 59)
    return { faults: [{ code: "noTime" }] };
  const start = startOf(doctor.id, date, `${(clock[1] ?? "").padStart(2, "0")}:${clock[2] ?? ""}`);
  if (start === undefined) return { faults: [{ code: "noTimeZone" }] };
  if (Date.parse(start) < now) return { faults: [{ code: "past" }] }; // or the wishes book her for what is free minutes from now
  return { booking: { doctor, start, reason: reason === "" ? undefined : reason } };
}

/** Doctors whose name has all these words: `Nakiru` finds Dr Rose Nakiru. */
function doctorsCalled(named: string, doctors: readonly Doctor[]): readonly Doctor[] {
  const byId = doctors.filter(({ id }) => id === named);
  if (byId.length > 0) return byId;
  const words = wordsOf(named);
  return doctors.filter(({ name }) => {
    const hers = wordsOf(name);
    return words.every((word) => hers.includes(word));
  });
}

/** Her card beyond doubt: the clinic's number of it, or name and whole birthday the same. */
function knownAs(details: PatientDetails, patients: readonly Patient[]): Patient | undefined {
  const { cardNumber, born, name } = details;
  const words = wordsOf(name).toSorted().join(" ");
  return patients.find(
    (patient) =>
      (cardNumber !== undefined && patient.cardNumber === cardNumber) ||
      (born !== undefined &&
        !born.endsWith("-01-01") &&
        patient.born === born &&
        wordsOf(patient.name).toSorted().join(" ") === words),
  );
}

/** By line: whose card a row is, of those that may be; empty: another person's. */
export type Same = Readonly<Record<number, EntityId>>;

/** A row with the word of whoever looked at it, which stands against what it was taken for. */
export function decided(row: GoodRow, same: Same): GoodRow {
  const said = same[row.line];
  return said === undefined ? row : { ...row, known: row.doubles.find(({ id }) => id === said) };
}

/** A row that is queued, and under which reference. */
export interface RowToQueue {
  readonly row: GoodRow;
  /** of the row's content */
  readonly ref: string;
}

/** The good rows as operations: who is not known is registered first, once however many rows name her, and the bookings name her. */
export function importItems(
  rows: readonly RowToQueue[],
  clinic: EntityId,
  wishes: WishChoice,
): readonly EnqueueItem[] {
  const items: EnqueueItem[] = [];
  const places = new Map<string, number>();
  for (const { row, ref } of rows) {
    const { booking, details, known } = row;
    const who = JSON.stringify(details);
    if (known === undefined && !places.has(who)) {
      places.set(who, items.length);
      const input = { ...details, clinic };
      items.push({ type: "patient.register", input, lane: "bulk", ref: `${ref}, patient` });
    }
    if (booking === undefined) continue;
    const rest = restOf(booking, wishes);
    const place = places.get(who) ?? -1;
    items.push({
      type: "appointment.book",
      input: (earlier) => ({ ...rest, patient: known?.id ?? earlier[place] ?? "" }),
      lane: "bulk",
      ref,
    });
  }
  return items;
}

function restOf({ doctor, start, reason }: RowBooking, wishes: WishChoice) {
  const ifTaken = wishesOf(wishes);
  return {
    doctor: doctor.id,
    start,
    ...(ifTaken.length > 0 && { ifTaken }),
    ...(reason !== undefined && { reason }),
  };
}

/** The reference of a row: a short sum of its content, and how many rows like it stand before it (two like rows are two requests). */
export async function rowRefs(rows: readonly GoodRow[]): Promise<readonly RowToQueue[]> {
  const seen = new Map<string, number>();
  return Promise.all(
    rows.map(async (row) => {
      const like = seen.get(row.content) ?? 0;
      seen.set(row.content, like + 1);
      const digest = new Uint8Array(
        await crypto.subtle.digest("SHA-256", new TextEncoder().encode(row.content)),
      );
      const sum = Array.from(digest.slice(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
      return { row, ref: `csv ${sum} ${like}` };
    }),
  );
}
