import { open, rename, rm } from "node:fs/promises";
import { stringify } from "csv-stringify/sync";
import { PlainError } from "../plain-error.ts";
import { fileTrouble } from "../trouble.ts";

/** What a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** A CSV text for spreadsheets: names and remarks come from people, so no cell may begin like a formula. */
export function csvText(header: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  // The mark makes spreadsheets read it as UTF-8.
  return stringify([header, ...rows.map((row) => row.map(harmless))], { bom: true });
}

/** Writes a file so that readers see the old one or the new one, never half. Patients' names are in it: for this user alone. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  try {
    await writeThrough(fresh, text);
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined); // what went wrong first is what is told
    const trouble = fileTrouble(error, path);
    throw trouble === undefined ? error : new PlainError(trouble);
  }
}

async function writeThrough(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function harmless(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}
