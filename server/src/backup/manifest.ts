import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { CommandError } from "../command/command-error.ts";

/** The files of a backup. */
export const MANIFEST = "backup.json";
export const DUMP = "database.sql.gz";
export const FILES = "files";
export const FILE_LIST = "files.sha256";

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const manifestSchema = z.strictObject({
  format: z.literal(1),
  /** RFC 3339, by the database's clock: everything committed before it is in the backup */
  begunAt: z.iso.datetime({ offset: true }),
  flavour: z.enum(["mariadb", "mysql"]),
  /** of the file `database.sql.gz` */
  dump: z.strictObject({ bytes: count, sha256 }),
  /** by name: how many rows, and a digest over all of them */
  tables: z.record(z.string(), z.strictObject({ rows: count, sha256 })),
  /** photos and voice notes, and the SHA-256 of their list, `files.sha256`; `elsewhere`: in a bucket, which is not copied */
  files: z.union([z.literal("elsewhere"), z.strictObject({ count, bytes: count, sha256 })]),
  /** it was restored beside the server and every row was found as it was */
  verified: z.boolean(),
});

/** What a backup says of itself, in `backup.json`. */
export type Manifest = z.infer<typeof manifestSchema>;

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
}

/** @throws CommandError where the folder holds no backup that this version can read */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch(() => undefined);
  if (text === undefined) throw new CommandError(`${folder} holds no backup: there is no ${MANIFEST} in it.`);
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new CommandError(`${join(folder, MANIFEST)} is damaged, or of a newer version.`, parsed.error);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
