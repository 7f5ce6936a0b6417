import { constants } from "node:fs";
import { copyFile, link, mkdir, open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileKey, thumbnailKey } from "../attachments/storage.ts";
import { SingleConnection } from "../database/single-connection.ts";
import type { Progress } from "./dump.ts";

/** For this account alone: these are patients' photos. */
const FOLDER_MODE = 0o700;
/** What is being written, or was when somebody pulled the plug. */
const UNFINISHED = ".part";

/**
 * Copies photos and voice notes. A file never changes once it is there: what an earlier backup on the same disk holds is linked to, and takes no room a second time.
 * @param former the folder of files of the backup before
 */
export async function copyFiles(
  from: string,
  to: string,
  former: string | undefined,
  progress: Progress,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const names = await filesIn(from);
  let [count, bytes, done] = [0, 0, 0];
  for (const name of names) {
    const target = join(to, name);
    await mkdir(dirname(target), { recursive: true, mode: FOLDER_MODE });
    const size = await copyOne(join(from, name), target, former && join(former, name));
    done += 1;
    progress(done, names.length);
    // Cleared away since it was listed: the database says so as well.
    if (size === undefined) continue;
    count += 1;
    bytes += size;
  }
  return { count, bytes };
}

async function copyOne(from: string, to: string, former: string | undefined): Promise<number | undefined> {
  const size = await sizeOf(from);
  if (size === undefined || (await sizeOf(to)) === size) return size;
  if (former !== undefined && (await sizeOf(former)) === size && (await linked(former, to))) return size;
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await syncFile(to);
  } catch (error) {
    if ((await sizeOf(from)) === undefined) return undefined;
    throw error;
  }
  return size;
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    () => false, // on another disk, or one without links
  );
}

/** Bytes of a file, if it is there. */
async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(UNFINISHED))
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted();
}

/** A photo or voice note that the restored database knows of. */
interface KnownFile {
  readonly tenantId: string;
  readonly id: string;
  readonly size: number;
  readonly thumbnailSize: number;
}

/**
 * Which of the files that a restored database says are there are not in a folder.
 * @param isStillKnown whether the server's own database has it yet: one that it has cleared away since belongs to nothing
 */
export async function missingFiles(
  restoredUrl: string,
  folder: string,
  isStillKnown: (id: string) => Promise<boolean>,
): Promise<readonly string[]> {
  await using connection = await SingleConnection.open(restoredUrl);
  const known = await connection.rows<KnownFile>(
    "SELECT tenant_id AS tenantId, id, size, thumbnail_size AS thumbnailSize FROM attachment WHERE status = 'ready'",
  );
  const missing: string[] = [];
  for (const file of known) {
    const whole =
      (await sizeOf(join(folder, fileKey(file)))) === file.size &&
      (file.thumbnailSize === 0 || (await sizeOf(join(folder, thumbnailKey(file)))) === file.thumbnailSize);
    if (!whole && (await isStillKnown(file.id))) missing.push(fileKey(file));
  }
  return missing;
}
