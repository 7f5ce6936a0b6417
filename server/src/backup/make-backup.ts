import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../adapters/sync-folder.ts";
import { CommandError } from "../command/command-error.ts";
import { SingleConnection } from "../database/single-connection.ts";
import { compare } from "./compare.ts";
import { loadDump, writeDump } from "./dump.ts";
import { type FileList, readFileList, writeFileList } from "./file-list.ts";
import { copyFiles, type FormerFiles, missingFiles } from "./files.ts";
import { DUMP, FILES, type Manifest, MANIFEST, readManifest, writeManifest } from "./manifest.ts";
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
  /** keys of photos and voice notes that the database knows of and that are not there, or not as they were sent */
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
  const { databaseUrl, to } = parts;
  const begunAt = await databaseTime(databaseUrl);
  const name = nameOf(begunAt);
  const former = (await backupsIn(to)).at(-1);
  if (former === name) throw new CommandError("Another backup began in this very second. Try again.");
  await clearUnfinished(to);
  const folder = join(to, `${name}${PART}`);
  await mkdir(folder, { mode: 0o700 });
  try {
    return await fill(parts, { begunAt, folder, former, finished: join(to, name) });
  } catch (error) {
    // It may be the very disk that is full.
    await clearUnfinished(to);
    throw error;
  }
}

/** A backup that is being made. */
interface Unfinished {
  readonly begunAt: string;
  readonly folder: string;
  /** the name of the backup before */
  readonly former: string | undefined;
  /** what the folder is called once it is whole */
  readonly finished: string;
}

async function fill(
  parts: BackupParts,
  { begunAt, folder, former, finished }: Unfinished,
): Promise<MadeBackup> {
  const { databaseUrl, to, progress } = parts;
  const { flavour, size, ...written } = await dumpAll(databaseUrl, join(folder, DUMP), (done, all) => {
    progress("Copying the database", done, all);
  });
  const { files, list } = await takeFiles(parts, folder, former);
  const unverified = { format: 1, begunAt, flavour, ...written, files, verified: false } as const;
  const { why, missing } = await verify(parts, { folder, manifest: unverified, list, size });
  const manifest = { ...unverified, verified: why === undefined };
  await writeManifest(folder, manifest);
  await syncFolder(folder);
  await rename(folder, finished);
  await syncFolder(to);
  return { folder: finished, manifest, why, missing };
}

/** Removes what was broken off before. */
async function clearUnfinished(to: string): Promise<void> {
  for (const name of await readdir(to)) {
    if (!name.endsWith(PART) || !NAME.test(name.slice(0, -PART.length))) continue;
    await clearScratch(join(to, name, CHECK));
    await rm(join(to, name), { recursive: true });
  }
}

/** Copies the files, where they are not in a bucket, and writes down what each comes to. */
async function takeFiles(
  parts: BackupParts,
  folder: string,
  former: string | undefined,
): Promise<{ readonly files: Manifest["files"]; readonly list: FileList }> {
  if (parts.files === undefined) return { files: "elsewhere", list: new Map() };
  const before = former === undefined ? undefined : await formerFiles(join(parts.to, former));
  const { list, bytes } = await copyFiles(parts.files, join(folder, FILES), before, (done, all) => {
    parts.progress("Copying photos and voice notes", done, all);
  });
  return { files: { count: list.size, bytes, sha256: await writeFileList(folder, list) }, list };
}

/** One that cannot be read any more is not linked to. */
async function formerFiles(folder: string): Promise<FormerFiles | undefined> {
  try {
    return { folder: join(folder, FILES), list: await readFileList(folder, await readManifest(folder)) };
  } catch {
    return undefined;
  }
}

/** The backups in a folder, the oldest first. */
export async function backupsIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
}

/** Removes all backups but the newest, and the newest that was verified: on its word devices have let go of what they did. */
export async function removeOld(folder: string, keep: number): Promise<readonly string[]> {
  const names = await backupsIn(folder);
  const verified = await newestVerified(folder, names);
  const old = names.slice(0, -keep).filter((name) => name !== verified);
  for (const name of old) {
    // First what makes it one: a half that is left is none.
    await rm(join(folder, name, MANIFEST), { force: true });
    await rm(join(folder, name), { recursive: true, force: true });
  }
  return old;
}

async function newestVerified(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names.toReversed()) {
    const manifest = await readManifest(join(folder, name)).catch(() => undefined);
    if (manifest?.verified === true) return name;
  }
  return undefined;
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
  const [flavour, size] = [await reader.flavour(), await reader.bytes()];
  return { flavour, size, ...(await writeDump(reader, tables, path, progress)) };
}

interface Verdict {
  readonly why?: string;
  readonly missing: readonly string[];
}

/** What was copied, and is to be looked at. */
interface Copied {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly list: FileList;
  /** bytes of the database on its disk, about */
  readonly size: number;
}

/** Restores the copy and compares it. A backup that could not be restored here is kept all the same, and not called verified. */
async function verify(parts: BackupParts, copied: Copied): Promise<Verdict> {
  if (parts.openScratch === undefined) return { why: "that was not wanted", missing: [] };
  try {
    return { missing: await restoreBeside(parts, parts.openScratch, copied) };
  } catch (error) {
    parts.signal?.throwIfAborted();
    return { why: error instanceof Error ? error.message : String(error), missing: [] };
  }
}

/** @returns keys of the files that nobody has */
async function restoreBeside(
  { databaseUrl, progress }: BackupParts,
  openScratch: OpenScratch,
  { folder, manifest, list, size }: Copied,
): Promise<readonly string[]> {
  await using scratch = await openScratch({
    flavour: manifest.flavour,
    folder: join(folder, CHECK),
    bytes: size,
  });
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
  return await missingFiles(scratch.url, list, async (id) => {
    const rows = await source.rows("SELECT id FROM attachment WHERE id = ? AND status = 'ready'", [id]);
    return rows.length > 0;
  });
}
