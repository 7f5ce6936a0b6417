import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLOCK_FILE_VARIABLE } from "./clock-variable.ts";

/** A clock that is wrong in whatever processes are started with it: nothing has to be installed, and it can jump while they run. */
export interface WrongClock {
  /** the module that the process loads first (`--import`) */
  readonly preload: string;
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds ahead of the truth, or behind it; running processes see it within some 20 ms. */
  set(offsetMs: number): Promise<void>;
}

/** `name` tells several clocks in one folder apart. */
export async function wrongClock(folder: string, name: string, offsetMs: number): Promise<WrongClock> {
  const file = join(folder, `${name}.clock`);
  const set = async (offset: number): Promise<void> => {
    // Renamed, so that nobody reads half a number.
    await writeFile(`${file}.new`, String(offset));
    await rename(`${file}.new`, file);
  };
  await set(offsetMs);
  return {
    preload: fileURLToPath(import.meta.resolve("./clock-preload.ts")),
    env: { [CLOCK_FILE_VARIABLE]: file },
    set,
  };
}
