import { constants, createReadStream, type ReadStream } from "node:fs";
import { access, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type AttachmentStorage, StorageError } from "./storage.ts";

/** For this server's account alone: these are patients' photos. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Keeps files in a folder. Several server processes need one folder in common. */
export function folderStorage(root: string): AttachmentStorage {
  return {
    async put(key, content) {
      const path = join(root, key);
      try {
        await keep(path, content);
      } catch (cause) {
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
      await rm(`${path}.part`, { force: true });
    },
  };
}

async function keep(path: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  // Whole or not there: written beside it, through to the disk, then renamed. What a crash leaves is written over by the next try.
  const beside = `${path}.part`;
  const file = await open(beside, "w", FILE_MODE);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  await syncFolder(dirname(path));
}

/** A new name is on the disk only when the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
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
