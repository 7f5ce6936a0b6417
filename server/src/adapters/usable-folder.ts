import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";

/** For this server's account alone. */
const FOLDER_MODE = 0o700;

/** Makes a folder with those above it; answers why it cannot be used, as the system's code says (`EACCES`, `ENOTDIR`), or `undefined`. */
export async function whyUnusable(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { recursive: true, mode: FOLDER_MODE });
    await access(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
