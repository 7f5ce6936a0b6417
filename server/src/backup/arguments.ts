import { parseArgs } from "node:util";
import { CommandError } from "../command/command-error.ts";
import { parseDatabaseUrl } from "../database/database-url.ts";

/** What a backup was asked for. */
export interface BackupArguments {
  /** the folder that holds all backups */
  readonly to: string;
  /** an empty database to restore into for the check */
  readonly checkIn: string | undefined;
  readonly check: boolean;
  /** so many of the newest are kept */
  readonly keep: number | undefined;
}

export const BACKUP_HELP = `Backs up the database and the photos and voice notes while the server runs, restores the copy into a database of its own, compares every row, and tells the server:
devices then let go of what is safe.

  npm run backup -- --to FOLDER [--keep N] [--check-in URL | --no-check]

  --to FOLDER     Holds all backups, one folder for each, named by when it began (2026-12-01T02-00-00Z). On another disk than the database.
  --keep N        Removes all but the newest N afterwards, and the newest that was verified; none where the check of this one failed.
                  Standard: none is removed.
  --check-in URL  An empty database to restore into for the check, mysql://user:password@host/database; it is empty again afterwards. Standard: a
                  private one beside the backup, which needs MariaDB (or MySQL, where the server uses that) on this machine and as much
                  room as the database, and up to 1.3 GB more.
  --no-check      Does not restore it. Then nobody knows whether it can be, and devices are told nothing.
  --help          Tells this and ends.

The database is the one of the server: DATABASE_URL, or the private one in HEALTHBRIDGE_DATA (standard ./.data); files are where HEALTHBRIDGE_ATTACHMENTS says.
Files in a bucket (S3) are not copied. A backup holds what patients said, unsealed: keep it like the database. HEALTHBRIDGE_KEYS are not in it: keep them elsewhere.
It ends with 0 when the backup is there and was verified, with 3 when it is there and was not, or files are missing, with 1 when it could not be made.

Examples

  npm run backup -- --to /backup/healthbridge --keep 14
  npm run restore -- --from /backup/healthbridge/2026-12-01T02-00-00Z
`;

export const RESTORE_HELP = `Puts a backup of npm run backup into an empty database, with its photos and voice notes, compares every row, and begins a new epoch: devices offer again what they did
after the backup.

  npm run restore -- --from FOLDER

It ends with 0 when all of it is there, with 3 when files were missing or damaged in the backup (they are named), with 1 when it could not be done.

  --from FOLDER  One backup, as /backup/healthbridge/2026-12-01T02-00-00Z.
  --help         Tells this and ends.

The database is the one of the server, which must not run: DATABASE_URL, or a private one in HEALTHBRIDGE_DATA (standard ./.data). It must be empty: name another
data folder or database, or move the old one aside. What was broken off is begun anew when the same is run again, and no server starts before it is through.

Example

  HEALTHBRIDGE_DATA=./restored npm run restore -- --from /backup/healthbridge/2026-12-01T02-00-00Z
`;

/**
 * Reads the command line of a backup.
 *
 * @throws CommandError for what cannot be meant
 */
export function readBackupArguments(argv: readonly string[]): BackupArguments | "help" {
  const values = parsed(argv, {
    to: { type: "string" },
    keep: { type: "string" },
    "check-in": { type: "string" },
    "no-check": { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help || argv.length === 0) return "help";
  const { to, keep, "check-in": checkIn, "no-check": noCheck } = values;
  if (to === undefined || to === "")
    throw new CommandError("Say where to: --to /backup/healthbridge. See --help.");
  if (keep !== undefined && !/^[1-9]\d{0,4}$/.test(keep))
    throw new CommandError("--keep expects how many backups to keep, 1 or more.");
  if (checkIn !== undefined && !isDatabaseUrl(checkIn))
    throw new CommandError("--check-in expects mysql://user:password@host:3306/database.");
  if (noCheck && checkIn !== undefined) throw new CommandError("One of them: --check-in or --no-check.");
  return { to, checkIn, check: !noCheck, keep: keep === undefined ? undefined : Number(keep) };
}

function isDatabaseUrl(text: string): boolean {
  try {
    return parseDatabaseUrl(text).database !== undefined;
  } catch {
    return false;
  }
}

/**
 * Reads the command line of a restore.
 *
 * @returns the folder of the backup
 * @throws CommandError for what cannot be meant
 */
export function readRestoreArguments(argv: readonly string[]): { readonly from: string } | "help" {
  const { from, help } = parsed(argv, {
    from: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  });
  if (help || argv.length === 0) return "help";
  if (from === undefined || from === "")
    throw new CommandError("Say which backup: --from /backup/healthbridge/2026-12-01T02-00-00Z. See --help.");
  return { from };
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>["options"] & object;

function parsed<const O extends Options>(argv: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)} See --help.`, error);
  }
}
