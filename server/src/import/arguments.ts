import { parseArgs } from "node:util";
import { CommandError } from "../command/command-error.ts";

/** What an import was asked for. */
export interface ImportArguments {
  readonly file: string;
  readonly tenant: string;
  readonly register: string | undefined;
  readonly report: string | undefined;
  /** name of the tenant to be made, if it is not there */
  readonly newTenant: string | undefined;
}

const OPTIONS = {
  file: { type: "string" },
  tenant: { type: "string" },
  register: { type: "string" },
  report: { type: "string" },
  "new-tenant": { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

const TENANT = /^[a-z][a-z0-9-]{1,31}$/u;
const LONGEST_NAME = 120;

export const IMPORT_HELP = `Enters a register of health facilities.

  npm run import -- --file FILE.csv --tenant TENANT [--register NAME] [--report OUT.csv] [--new-tenant "NAME"]

  --file FILE        The register: CSV in UTF-8, or the same compressed (.gz). Columns that are read: name (needed), code, keph_level_name,
                     facility_type_category, owner_type_name, county_name, ward_name, lat, long. Others are passed over.
  --tenant TENANT    The organisation whose directory it enters, as in HEALTHBRIDGE_TENANT.
  --register NAME    What the register is called. Under one name each row is entered once, however often it is imported.
                     Standard: the file's name without .csv.
  --report OUT.csv   Writes everything that could not be used, with its line and the reason, to a file for a spreadsheet.
  --new-tenant NAME  Makes the organisation under this full name, if there is none.
  --help             Tells this and ends.

The database is the one of the server: DATABASE_URL, or the private one in HEALTHBRIDGE_DATA (standard ./.data). The server may run meanwhile.
An import that was broken off, by whatever, goes on where it stopped when the same command is given again.
It ends with 0 when every row was entered, with 3 when some were not, with 1 when it could not be done.

Examples

  npm run import -- --file server/data/kenya-mfl-2020.csv.gz --tenant demo
  npm run import -- --file register.csv --tenant turkana --new-tenant "Turkana County" --report faults.csv
`;

/**
 * Reads the command line.
 *
 * @throws CommandError for what cannot be meant
 */
export function readArguments(argv: readonly string[]): ImportArguments | "help" {
  const values = parsed(argv);
  if (values.help || argv.length === 0) return "help";
  const { file, tenant, register, report } = values;
  if (file === undefined) throw new CommandError("Say which file: --file register.csv. See --help.");
  if (tenant === undefined) throw new CommandError("Say whose directory: --tenant demo. See --help.");
  if (!TENANT.test(tenant))
    throw new CommandError("--tenant is 2 to 32 small letters, digits or dashes, a letter first.");
  const newTenant = values["new-tenant"]?.trim();
  if (newTenant !== undefined && (newTenant === "" || newTenant.length > LONGEST_NAME))
    throw new CommandError(`--new-tenant is a name of 1 to ${String(LONGEST_NAME)} characters.`);
  return { file, tenant, register, report, newTenant };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values;
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)} See --help.`, error);
  }
}
