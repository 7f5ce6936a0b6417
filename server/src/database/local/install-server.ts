import { installPackages, mayInstall } from "./debian-packages.ts";
import { LocalServerError } from "./local-server-error.ts";
import { findServerProgram, type Flavour, type ServerProgram } from "./server-program.ts";

/** The server and its tools, and nothing that starts a service, opens a port or makes a system account. */
const PACKAGES = ["mariadb-server-core", "mariadb-client-core"];

/** Finds a server program, installing one where that is ours to do. */
export async function obtainServerProgram(
  flavour: Flavour | undefined,
  say: (line: string) => void,
): Promise<ServerProgram> {
  const found = await findServerProgram(flavour);
  if (found !== undefined) return found;
  if (flavour === "mysql" || !(await mayInstall())) throw notInstalled(flavour);
  await install(say);
  const installed = await findServerProgram(flavour);
  if (installed === undefined) throw notInstalled(flavour);
  return installed;
}

async function install(say: (line: string) => void): Promise<void> {
  say(`No database server here: installing the packages ${PACKAGES.join(" and ")} (no service is started).`);
  const why = await installPackages(PACKAGES, say);
  if (why !== undefined)
    throw new LocalServerError("not_installed", `Installing the database server failed:\n${why}\n${HOW}`);
}

const HOW = [
  "HealthBridge needs MariaDB (10.11 or newer) or MySQL (9 or newer). One of these helps:",
  "  Debian, Ubuntu:  sudo apt-get install mariadb-server-core mariadb-client-core",
  "  macOS:           brew install mariadb",
  "  anywhere:        set DATABASE_URL=mysql://user:password@host:3306/database",
].join("\n");

function notInstalled(flavour: Flavour | undefined): LocalServerError {
  const what =
    flavour === undefined
      ? "No database server was found on this machine."
      : `The data in this folder were made by ${flavour}, which was not found on this machine.`;
  return new LocalServerError("not_installed", `${what}\n${HOW}`);
}
