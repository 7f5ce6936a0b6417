import { join } from "node:path";
import { CommandError } from "../command/command-error.ts";
import { migrate, RESTORE_UNFINISHED } from "../database/migrate.ts";
import { openPool } from "../database/pool.ts";
import { SingleConnection } from "../database/single-connection.ts";
import { compare, dropTables, requireEmpty, tableNames } from "./compare.ts";
import { checkDump, loadDump } from "./dump.ts";
import { type FileList, readFileList } from "./file-list.ts";
import { restoreFiles } from "./files.ts";
import { DUMP, FILES, type Manifest, readManifest } from "./manifest.ts";
import { beginEpoch } from "./marks.ts";
import { quoted, TableReader } from "./table-reader.ts";

/** What is restored, and into what. */
export interface RestoreParts {
  readonly backup: WholeBackup;
  readonly databaseUrl: string;
  /** the folder of photos and voice notes; `undefined`: they are in a bucket */
  readonly files: string | undefined;
  readonly say: (line: string) => void;
  readonly progress: (step: string, done: number, all: number) => void;
}

/** A backup whose database was found as it was written, and what its files came to. */
export interface WholeBackup {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly list: FileList;
}

/** @throws CommandError where there is none, or it is damaged */
export async function openBackup(folder: string): Promise<WholeBackup> {
  const manifest = await readManifest(folder);
  await checkDump(join(folder, DUMP), manifest.dump);
  return { folder, manifest, list: await readFileList(folder, manifest) };
}

/**
 * Puts a backup into an empty database and its files into their folder, compares every row with what was backed up, and begins a new epoch: devices offer again what they did
 * after the backup. Broken off, it is begun anew by the same call; until it is through no server starts on that database.
 *
 * @returns names of the files that are not in the backup any more as they were, and so not put back
 * @throws CommandError where the backup does not fit or the database is not empty: then nothing was changed
 */
export async function restoreBackup(parts: RestoreParts): Promise<readonly string[]> {
  const { backup, databaseUrl, progress, say } = parts;
  const { folder, manifest } = backup;
  await requireSameKind(databaseUrl, manifest);
  {
    await using connection = await SingleConnection.open(databaseUrl);
    if ((await tableNames(connection)).includes(RESTORE_UNFINISHED)) {
      say("A restore was broken off here; it is begun anew.");
      await dropTables(connection);
    }
    await requireEmpty(connection, "The database to restore into");
    await connection.run(`CREATE TABLE ${quoted(RESTORE_UNFINISHED)} (id int PRIMARY KEY)`);
    await loadDump(connection, join(folder, DUMP), manifest.dump, (done, all) => {
      progress("Restoring the database", done, all);
    });
  }
  await compare(databaseUrl, manifest, (done, all) => {
    progress("Comparing every row", done, all);
  });
  const lost =
    parts.files === undefined
      ? []
      : await restoreFiles(join(folder, FILES), backup.list, parts.files, (done, all) => {
          progress("Restoring photos and voice notes", done, all);
        });
  await beginAnew(databaseUrl);
  await migrate({ url: databaseUrl, say });
  return lost;
}

async function requireSameKind(databaseUrl: string, { flavour }: Manifest): Promise<void> {
  await using reader = await TableReader.open(databaseUrl);
  const found = await reader.flavour();
  if (found !== flavour)
    throw new CommandError(
      `This backup is of ${NAMES[flavour]} and the database is ${NAMES[found]}: what one writes down the other does not always read.`,
    );
}

const NAMES = { mariadb: "MariaDB", mysql: "MySQL" } as const;

/** The epoch first: a server that could start without it would let devices forget what the backup does not hold. */
async function beginAnew(databaseUrl: string): Promise<void> {
  const pool = openPool({ url: databaseUrl });
  try {
    await beginEpoch(pool);
  } finally {
    await pool.close();
  }
  await using connection = await SingleConnection.open(databaseUrl);
  await connection.run(`DROP TABLE ${quoted(RESTORE_UNFINISHED)}`);
}
