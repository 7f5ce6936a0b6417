import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Randomness } from "../adapters/randomness.ts";
import { DEMO_KEY_ID, drawKey, formatKeys, type KeyRing, parseKeys } from "./signing-keys.ts";

const FILE = "demo-signing-key";
/** Only the account that runs the server can read it. */
const OWNER_ONLY = { mode: 0o600, flag: "wx" };

/** The demo's own key, drawn at its first start and kept in the data folder, so that sessions outlive a restart. */
export async function demoKeys(dataFolder: string, randomness: Randomness): Promise<KeyRing> {
  const path = join(dataFolder, FILE);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, formatKeys([drawKey(DEMO_KEY_ID, randomness)]), OWNER_ONLY);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const keys = parseKeys((await readFile(path, "utf8")).trim());
  if ("wrong" in keys) throw new Error(`The demo's key in ${path} cannot be used; delete that file.`);
  return keys;
}
