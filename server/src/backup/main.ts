import { setPriority } from "node:os";
import { join, resolve, sep } from "node:path";
import { attachmentFolder } from "../attachments/open-attachments.ts";
import { whyUnusable } from "../adapters/usable-folder.ts";
import { CommandError } from "../command/command-error.ts";
import { runCommand, say, setting } from "../command/command-line.ts";
import { reachDatabase } from "../command/reach-database.ts";
import { SETTINGS } from "../config/settings.ts";
import { flavourIn } from "../database/local/data-folder.ts";
import { FolderLock } from "../database/local/folder-lock.ts";
import { openPool } from "../database/pool.ts";
import { BACKUP_HELP, type BackupArguments, readBackupArguments } from "./arguments.ts";
import { type MadeBackup, makeBackup, removeOld } from "./make-backup.ts";
import { markBackupVerified } from "./marks.ts";
import { untilStopped } from "./progress.ts";
import { namedScratch, privateScratch } from "./scratch.ts";

/** The exit code where a backup is there and something is to be looked at. */
const UNVERIFIED = 3;
/** Whoever uses the server goes first. */
const BEHIND_THE_SERVER = 10;

async function main(): Promise<number> {
  const asked = readBackupArguments(process.argv.slice(2));
  if (asked === "help") {
    say(BACKUP_HELP);
    return 0;
  }
  setPriority(BEHIND_THE_SERVER);
  const to = resolve(asked.to);
  const why = await whyUnusable(to);
  if (why !== undefined) throw new CommandError(`The folder ${to} cannot be used (${why}).`);
  const dataFolder = setting(SETTINGS.dataFolder);
  const databaseUrl = setting(SETTINGS.databaseUrl);
  const files = attachmentFolder({ attachments: setting(SETTINGS.attachments), dataFolder });
  if (databaseUrl === undefined) requireDatabase(join(dataFolder, "database"));
  if (files !== undefined) requireApart(to, resolve(files));
  using _lock = FolderLock.take(to, "a backup");
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await reachDatabase(databaseUrl, dataFolder, say));
  const made = await makeBackup({
    databaseUrl: url,
    files,
    to,
    openScratch: scratchFor(asked),
    ...untilStopped("Stopped. No backup was made."),
  });
  await tell(made, url);
  const isGood = made.manifest.verified || !asked.check;
  if (asked.keep !== undefined && isGood)
    for (const name of await removeOld(to, asked.keep)) say(`Removed the backup of ${name}.`);
  return made.manifest.verified && made.missing.length === 0 ? 0 : UNVERIFIED;
}

/** A database is not to be made by whoever wants to save one. */
function requireDatabase(folder: string): void {
  if (flavourIn(folder) === undefined)
    throw new CommandError(
      `There is no database in ${resolve(folder)}. HEALTHBRIDGE_DATA names the server's data folder, or DATABASE_URL its database.`,
    );
}

/** Backups would be taken for photos, or photos for backups. */
function requireApart(to: string, files: string): void {
  const holds = (outer: string, inner: string): boolean => `${inner}${sep}`.startsWith(`${outer}${sep}`);
  if (holds(to, files) || holds(files, to))
    throw new CommandError(
      `${to} and the folder of photos and voice notes, ${files}, must not be in each other.`,
    );
}

function scratchFor({ check, checkIn }: BackupArguments) {
  if (!check) return undefined;
  return checkIn === undefined ? privateScratch(say) : namedScratch(checkIn);
}

async function tell({ folder, manifest, missing, why }: MadeBackup, url: string): Promise<void> {
  const { begunAt, tables, files, verified } = manifest;
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  say(`The backup is in ${folder}: everything until ${begunAt}, ${rows.toLocaleString("en")} rows.`);
  if (files === "elsewhere") say("Photos and voice notes are in the bucket and were not copied.");
  else say(`With it are ${String(files.count)} files of photos and voice notes.`);
  for (const key of missing)
    say(`Missing or damaged: the database knows of the file ${key}, and it is not there as it was sent.`);
  if (!verified) {
    say(
      `It was not verified: ${why ?? ""}. Nobody knows whether it can be restored; devices are told nothing.`,
    );
    return;
  }
  const pool = openPool({ url });
  try {
    const moved = await markBackupVerified(pool, Date.parse(begunAt));
    say(
      `It was restored and every row compared. Devices let go of what it holds (${String(moved)} streams are covered further).`,
    );
  } finally {
    await pool.close();
  }
}

await runCommand(main);
