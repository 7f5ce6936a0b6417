import { HealthBridge } from "@healthbridge/client-sdk";
import type { Registration } from "../patients.ts";
import { fieldInWords } from "../words.ts";
import { Fault } from "./fault.ts";

/** Columns of a patient, and the field each fills. */
const FIELDS = {
  card: "cardNumber",
  born: "born",
  sex: "sex",
  phone: "phone",
  language: "language",
  village: "village",
} as const;

export const PATIENT_COLUMNS = ["name", ...Object.keys(FIELDS)];

/** Columns of a patient within a row about something else: with `patient_` before them. */
export const PATIENT_COLUMNS_OF_REQUEST = PATIENT_COLUMNS.map((column) => `patient_${column}`);

const SEXES: Readonly<Record<string, string>> = {
  f: "female",
  m: "male",
  w: "female",
  woman: "female",
  man: "male",
};

/**
 * A patient's registration from the cells of a row.
 * @param prefix what stands before the names of the columns
 * @returns undefined where the row names no patient
 */
export function readPatient(
  cells: ReadonlyMap<string, string>,
  prefix: string,
  clinic: string | undefined,
): Registration | undefined {
  const name = cells.get(`${prefix}name`);
  if (name === undefined) return undefined;
  if (clinic === undefined) {
    throw new Fault(
      "a patient is registered for a clinic, and none is known here; sign in once, or add --clinic with its id",
    );
  }
  const fields = Object.entries(FIELDS).flatMap(([column, field]) => {
    const cell = cells.get(prefix + column);
    return cell === undefined ? [] : [[field, tidy(field, cell)] as const];
  });
  const details: Readonly<Record<string, string>> = Object.fromEntries(fields);
  const registration = { ...details, name, clinic };
  const problem = HealthBridge.check("patient.register", registration);
  if (problem !== undefined) throw new Fault(fieldInWords(problem.path));
  return registration;
}

function tidy(field: string, cell: string): string {
  if (field === "phone") return cell.replaceAll(/[\s()-]/g, "").replace(/^00/, "+");
  if (field === "sex") return SEXES[cell.toLowerCase()] ?? cell.toLowerCase();
  return field === "language" ? cell.toLowerCase() : cell;
}
