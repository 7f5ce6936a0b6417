import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../command/command-error.ts";
import { FILES, FILE_LIST, type Manifest } from "./manifest.ts";

/** Names of files in a backup, and the SHA-256 of each, hexadecimal. */
export type FileList = ReadonlyMap<string, string>;

/** The folder is `FILES`. */
const LINE = /^([0-9a-f]{64}) {2}files\/(.+)$/;

/** Writes the list as `sha256sum --check` reads it too. Answers its own digest. */
export async function writeFileList(folder: string, list: FileList): Promise<string> {
  const text = [...list].map(([name, sha256]) => `${sha256}  ${FILES}/${name}\n`).join("");
  await writeFile(join(folder, FILE_LIST), text, { mode: 0o600, flush: true });
  return createHash("sha256").update(text).digest("hex");
}

/** @throws CommandError where it is not what was written */
export async function readFileList(folder: string, { files }: Manifest): Promise<FileList> {
  if (files === "elsewhere") return new Map();
  const path = join(folder, FILE_LIST);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) throw new CommandError(`${path} is missing.`);
  if (createHash("sha256").update(text).digest("hex") !== files.sha256)
    throw new CommandError(`${path} is damaged: it is not what was written when the backup was made.`);
  return new Map(
    text.split("\n").flatMap((line) => {
      const [, sha256, name] = LINE.exec(line) ?? [];
      return sha256 === undefined || name === undefined ? [] : [[name, sha256] as const];
    }),
  );
}

/** SHA-256 of a file, if it is there. */
export async function hashOf(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(path)) if (piece instanceof Uint8Array) hash.update(piece);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return hash.digest("hex");
}
