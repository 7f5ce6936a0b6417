import { parseArgs } from "node:util";
import { CommandError } from "../command/command-error.ts";

/** What a clean-up was asked for. */
export interface CleanUpArguments {
  /** only counts */
  readonly dryRun: boolean;
}

const OPTIONS = {
  "dry-run": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

export const CLEAN_UP_HELP = `Does at once what the server does by itself every minute, hour or night: makes day sheets that come into reach, ends holds and offers that
nobody answered, notes who did not come, puts finished appointments away, removes conversations that are over where the settings say when, and clears what no device and no audit needs any more, photos and voice notes that nobody names included.

  npm run clean-up [-- --dry-run]

  --dry-run  Counts what there is to do, and does none of it.
  --help     Tells this and ends.

The database is the one of the server: DATABASE_URL, or the private one in HEALTHBRIDGE_DATA (standard ./.data). The server may run meanwhile: what one has done the
other finds done. Files are where HEALTHBRIDGE_ATTACHMENTS says, which must say the same as for the server. How long things are kept: HEALTHBRIDGE_KEEP_DAYS, HEALTHBRIDGE_CONVERSATION_DAYS, HEALTHBRIDGE_MISSED_HOURS, HEALTHBRIDGE_AUDIT_DAYS, HEALTHBRIDGE_SESSION_DAYS.

Examples

  npm run clean-up -- --dry-run
  HEALTHBRIDGE_KEEP_DAYS=365 npm run clean-up -- --dry-run
`;

/**
 * Reads the command line.
 *
 * @throws CommandError for what cannot be meant
 */
export function readArguments(argv: readonly string[]): CleanUpArguments | "help" {
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS });
    return values.help ? "help" : { dryRun: values["dry-run"] };
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)} See --help.`, error);
  }
}
