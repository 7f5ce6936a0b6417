import { setPriority } from "node:os";
import { resolve } from "node:path";
import { attachmentFolder } from "../attachments/open-attachments.ts";
import { whyUnusable } from "../adapters/usable-folder.ts";
import { CommandError } from "../command/command-error.ts";
import { runCommand, say, setting } from "../command/command-line.ts";
import { reachDatabase } from "../command/reach-database.ts";
import { SETTINGS } from "../config/settings.ts";
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
  using _lock = FolderLock.take(to, "a backup");
  await using stack = new AsyncDisposableStack();
  const dataFolder = setting(SETTINGS.dataFolder);
  const { url } = stack.use(await reachDatabase(setting(SETTINGS.databaseUrl), dataFolder, say));
  const made = await makeBackup({
    databaseUrl: url,
    files: attachmentFolder({ attachments: setting(SETTINGS.attachments), dataFolder }),
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
  for (const key of missing) say(`Missing: the database knows of the file ${key}, and it is not there.`);
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
