import { encodeBase64Url } from "@healthbridge/schema";
import { constants, createReadStream, type ReadStream } from "node:fs";
import { access, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Randomness } from "../adapters/randomness.ts";
import { syncFolder } from "../adapters/sync-folder.ts";
import { type AttachmentStorage, StorageError } from "./storage.ts";

/** For this server's account alone: these are patients' photos. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Bytes of chance in the name of a file that is being written. */
const CHANCE_BYTES = 9;
const UNFINISHED = ".part";

/** Keeps files in a folder. Several server processes need one folder in common. */
export function folderStorage(root: string, randomness: Randomness): AttachmentStorage {
  return {
    async put(key, content) {
      const path = join(root, key);
      // Two processes may finish the same upload at once: each writes a file of its own, and both rename it to the same.
      const beside = `${path}.${encodeBase64Url(randomness.bytes(CHANCE_BYTES))}${UNFINISHED}`;
      try {
        await keep(path, beside, content);
      } catch (cause) {
        // A disk that is full is not to stay so for what was not kept; and where that cannot be, the first reason is the one to tell.
        await rm(beside, { force: true }).catch(() => undefined);
        throw new StorageError("the folder of attachments could not be written", { cause });
      }
    },
    async read(key, range) {
      const path = join(root, key);
      if (!(await exists(path))) return undefined;
      const stream = createReadStream(path, range);
      return bytesOf(stream);
    },
    async remove(key) {
      const path = join(root, key);
      await rm(path, { force: true });
      await removeUnfinished(path);
    },
  };
}

/** What a crash left that was not whole. */
async function removeUnfinished(path: string): Promise<void> {
  const folder = dirname(path);
  const names = (await exists(folder)) ? await readdir(folder) : [];
  for (const name of names)
    if (name.startsWith(`${basename(path)}.`) && name.endsWith(UNFINISHED))
      await rm(join(folder, name), { force: true });
}

async function keep(path: string, beside: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  // Whole or not there: written beside it, through to the disk, then renamed.
  const file = await open(beside, "wx", FILE_MODE);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  await syncFolder(dirname(path));
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

/** A file as a web stream: the next piece is read when the one before was taken. */
function bytesOf(stream: ReadStream): ReadableStream<Uint8Array> {
  const pieces: AsyncIterator<unknown, unknown> = stream[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = await pieces.next();
      if (piece.done === true) controller.close();
      else if (piece.value instanceof Uint8Array) controller.enqueue(piece.value);
    },
    cancel() {
      stream.destroy();
    },
  });
}
