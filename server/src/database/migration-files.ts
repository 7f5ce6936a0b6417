import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Migration {
  /** File name without its ending: `0001_booking`. */
  readonly name: string;
  /** Of the text with line ends made equal. */
  readonly sha256: string;
  readonly statements: readonly string[];
}

const FILE_NAME = /^(\d{4}_[a-z0-9_]+)\.sql$/;
/** drizzle-kit puts it on a line of its own, or behind a short statement. */
const BREAKPOINT = /--> statement-breakpoint[^\S\n]*(?:\n|$)/;

/** All migrations of a folder in the order of their numbers. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).toSorted();
  return await Promise.all(
    names.map(async (name) =>
      parseMigration(name.replace(/\.sql$/, ""), await readFile(join(folder, name), "utf8")),
    ),
  );
}

export function parseMigration(name: string, text: string): Migration {
  const lines = text.replaceAll("\r\n", "\n");
  return {
    name,
    sha256: sha256(lines),
    statements: lines
      .split(BREAKPOINT)
      .map((statement) => statement.trim())
      .filter((statement) => statement.replaceAll(/^\s*--.*$/gm, "").trim() !== ""),
  };
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
