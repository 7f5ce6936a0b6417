import { constants } from "node:fs";
import { copyFile, link, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileKey, thumbnailKey } from "../attachments/storage.ts";
import { CommandError } from "../command/command-error.ts";
import { SingleConnection } from "../database/single-connection.ts";
import type { Progress } from "./dump.ts";
import { type FileList, hashOf } from "./file-list.ts";

/** For this account alone: these are patients' photos. */
const FOLDER_MODE = 0o700;
/** Keys of files and of thumbnails, and nothing else that somebody has put there. */
const KEY = /^[a-z0-9-]+\/[\w-]{2}\/[\w-]+\.[\w-]+(?:\.thumbnail)?$/;

/** Photos and voice notes in the backup before. */
export interface FormerFiles {
  readonly folder: string;
  readonly list: FileList;
}

/**
 * Copies photos and voice notes. A file never changes once it is there: what the backup before holds on the same disk, and holds yet as it was, is linked to, and takes no room a
 * second time.
 *
 * @throws CommandError where a file does not arrive as it was read
 */
export async function copyFiles(
  from: string,
  to: string,
  former: FormerFiles | undefined,
  progress: Progress,
): Promise<{ readonly list: FileList; readonly bytes: number }> {
  const names = await keysIn(from);
  const list = new Map<string, string>();
  let [bytes, done] = [0, 0];
  for (const name of names) {
    const target = join(to, name);
    await mkdir(dirname(target), { recursive: true, mode: FOLDER_MODE });
    const sha256 = (await linkOne(name, target, former)) ?? (await copyOne(join(from, name), target));
    done += 1;
    progress(done, names.length);
    // Cleared away since it was listed: the database says so as well.
    if (sha256 === undefined) continue;
    list.set(name, sha256);
    bytes += (await stat(target)).size;
  }
  return { list, bytes };
}

/** A disk forgets as well: what is not as it was is not linked to. */
async function linkOne(
  name: string,
  to: string,
  former: FormerFiles | undefined,
): Promise<string | undefined> {
  const expected = former?.list.get(name);
  if (former === undefined || expected === undefined) return undefined;
  const path = join(former.folder, name);
  if ((await hashOf(path)) !== expected) return undefined;
  return link(path, to).then(
    () => expected,
    () => undefined, // on another disk, or one without links
  );
}

/** Answers the file's SHA-256; `undefined` where it is not there. */
async function copyOne(from: string, to: string): Promise<string | undefined> {
  const sha256 = await hashOf(from);
  if (sha256 === undefined) return undefined;
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((await hashOf(from)) === undefined) return undefined;
    throw error;
  }
  await syncFile(to);
  if ((await hashOf(to)) !== sha256) throw new CommandError(`${from} could not be copied as it is to ${to}.`);
  return sha256;
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function keysIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((name) => KEY.test(name))
    .toSorted();
}

/**
 * Puts photos and voice notes of a backup back.
 * @returns names of those that are not there, or not as they were: they are not put back
 */
export async function restoreFiles(
  from: string,
  list: FileList,
  to: string,
  progress: Progress,
): Promise<readonly string[]> {
  const lost: string[] = [];
  let done = 0;
  for (const [name, sha256] of list) {
    const [source, target] = [join(from, name), join(to, name)];
    if ((await hashOf(source)) !== sha256) lost.push(name);
    else if ((await hashOf(target)) !== sha256) {
      await mkdir(dirname(target), { recursive: true, mode: FOLDER_MODE });
      await rm(target, { force: true });
      await copyOne(source, target);
    }
    done += 1;
    progress(done, list.size);
  }
  return lost;
}

/** A photo or voice note that the restored database knows of. */
interface KnownFile {
  readonly tenantId: string;
  readonly id: string;
  readonly digest: string | null;
  readonly thumbnailSize: number;
}

/**
 * Which of the files that a restored database says are there a backup does not hold, or not as they came.
 * @param isStillKnown whether the server's own database has it yet: one that it has cleared away since belongs to nothing
 */
export async function missingFiles(
  restoredUrl: string,
  list: FileList,
  isStillKnown: (id: string) => Promise<boolean>,
): Promise<readonly string[]> {
  await using connection = await SingleConnection.open(restoredUrl);
  const known = await connection.rows<KnownFile>(
    "SELECT tenant_id AS tenantId, id, digest, thumbnail_size AS thumbnailSize FROM attachment WHERE status = 'ready'",
  );
  const missing: string[] = [];
  for (const file of known) {
    const found = list.get(fileKey(file));
    const expected = file.digest === null ? found : Buffer.from(file.digest, "base64url").toString("hex");
    const isWhole =
      found !== undefined && found === expected && (file.thumbnailSize === 0 || list.has(thumbnailKey(file)));
    if (!isWhole && (await isStillKnown(file.id))) missing.push(fileKey(file));
  }
  return missing;
}
