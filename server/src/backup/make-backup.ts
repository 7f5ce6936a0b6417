import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../adapters/sync-folder.ts";
import { CommandError } from "../command/command-error.ts";
import { SingleConnection } from "../database/single-connection.ts";
import { compare } from "./compare.ts";
import { loadDump, writeDump } from "./dump.ts";
import { copyFiles, missingFiles } from "./files.ts";
import { DUMP, FILES, type Manifest, MANIFEST, writeManifest } from "./manifest.ts";
import { clearScratch, type OpenScratch } from "./scratch.ts";
import { TableReader } from "./table-reader.ts";

/** What a backup is made of. */
export interface BackupParts {
  readonly databaseUrl: string;
  /** the folder of photos and voice notes; `undefined`: they are in a bucket */
  readonly files: string | undefined;
  /** the folder that holds all backups */
  readonly to: string;
  /** `undefined`: it is not restored, and so not verified */
  readonly openScratch: OpenScratch | undefined;
  readonly progress: (step: string, done: number, all: number) => void;
  /** breaks it off; `progress` throws then */
  readonly signal?: AbortSignal;
}

/** A backup that was made. */
export interface MadeBackup {
  readonly folder: string;
  readonly manifest: Manifest;
  /** why it was not verified */
  readonly why: string | undefined;
  /** keys of photos and voice notes that the database knows of and nobody has */
  readonly missing: readonly string[];
}

const PART = ".part";
/** Where the copy is restored to. */
const CHECK = "check";
/** Folders of ours and of nobody else: `2026-12-01T02-00-00Z`. */
const NAME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z$/;

/**
 * Copies the database as it is at one instant and then the files, restores the copy and compares. While it is made its folder is called `….part`: whatever breaks it off, nothing
 * is left that looks like a backup and is none.
 *
 * @throws CommandError, DatabaseError
 */
export async function makeBackup(parts: BackupParts): Promise<MadeBackup> {
  const { databaseUrl, to, progress } = parts;
  const begunAt = await databaseTime(databaseUrl);
  const name = nameOf(begunAt);
  const former = (await backupsIn(to)).at(-1);
  if (former === name) throw new CommandError("Another backup began in this very second. Try again.");
  await clearUnfinished(to);
  const folder = join(to, `${name}${PART}`);
  await mkdir(folder, { mode: 0o700 });
  const { flavour, ...written } = await dumpAll(databaseUrl, join(folder, DUMP), (done, all) => {
    progress("Copying the database", done, all);
  });
  const files =
    parts.files === undefined
      ? "elsewhere"
      : await copyFiles(parts.files, join(folder, FILES), former && join(to, former, FILES), (done, all) => {
          progress("Copying photos and voice notes", done, all);
        });
  const unverified = { format: 1, begunAt, flavour, ...written, files, verified: false } as const;
  const { why, missing } = await verify(parts, folder, unverified);
  const manifest = { ...unverified, verified: why === undefined };
  await writeManifest(folder, manifest);
  await syncFolder(folder);
  await rename(folder, join(to, name));
  await syncFolder(to);
  return { folder: join(to, name), manifest, why, missing };
}

/** Removes what was broken off before. */
async function clearUnfinished(to: string): Promise<void> {
  for (const name of await readdir(to)) {
    if (!name.endsWith(PART) || !NAME.test(name.slice(0, -PART.length))) continue;
    await clearScratch(join(to, name, CHECK));
    await rm(join(to, name), { recursive: true });
  }
}

/** The backups in a folder, the oldest first. */
export async function backupsIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
}

/** Removes all backups but the newest. */
export async function removeOld(folder: string, keep: number): Promise<readonly string[]> {
  const old = (await backupsIn(folder)).slice(0, -keep);
  for (const name of old) {
    // First what makes it one: a half that is left is none.
    await rm(join(folder, name, MANIFEST), { force: true });
    await rm(join(folder, name), { recursive: true, force: true });
  }
  return old;
}

async function databaseTime(url: string): Promise<string> {
  await using connection = await SingleConnection.open(url);
  const [row] = await connection.rows<{ now: number }>(
    "SELECT CAST(FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED) AS now",
  );
  return new Date(row?.now ?? 0).toISOString();
}

function nameOf(begunAt: string): string {
  return `${begunAt.slice(0, 19).replaceAll(":", "-")}Z`;
}

async function dumpAll(url: string, path: string, progress: (done: number, all: number) => void) {
  await using reader = await TableReader.open(url);
  const tables = await reader.tables();
  if (!tables.some(({ name }) => name === "operation"))
    throw new CommandError("There is no HealthBridge database here: it has none of its tables.");
  return { flavour: await reader.flavour(), ...(await writeDump(reader, tables, path, progress)) };
}

interface Verdict {
  readonly why?: string;
  readonly missing: readonly string[];
}

/** Restores the copy and compares it. A backup that could not be restored here is kept all the same, and not called verified. */
async function verify(parts: BackupParts, folder: string, manifest: Manifest): Promise<Verdict> {
  if (parts.openScratch === undefined) return { why: "that was not wanted", missing: [] };
  try {
    return { missing: await restoreBeside(parts, parts.openScratch, folder, manifest) };
  } catch (error) {
    parts.signal?.throwIfAborted();
    return { why: error instanceof Error ? error.message : String(error), missing: [] };
  }
}

/** @returns keys of the files that nobody has */
async function restoreBeside(
  { databaseUrl, progress }: BackupParts,
  openScratch: OpenScratch,
  folder: string,
  manifest: Manifest,
): Promise<readonly string[]> {
  await using scratch = await openScratch(manifest.flavour, join(folder, CHECK));
  {
    await using connection = await SingleConnection.open(scratch.url);
    await loadDump(connection, join(folder, DUMP), manifest.dump, (done, all) => {
      progress("Restoring it beside", done, all);
    });
  }
  await compare(scratch.url, manifest, (done, all) => {
    progress("Comparing every row", done, all);
  });
  if (manifest.files === "elsewhere") return [];
  await using source = await SingleConnection.open(databaseUrl);
  return await missingFiles(scratch.url, join(folder, FILES), async (id) => {
    const rows = await source.rows("SELECT id FROM attachment WHERE id = ? AND status = 'ready'", [id]);
    return rows.length > 0;
  });
}
