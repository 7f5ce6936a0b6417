import { LocalServerError } from "./local-server-error.ts";
import { lastLines, runProgram } from "./run-program.ts";
import { findServerProgram, type Flavour, type ServerProgram } from "./server-program.ts";

/** The server and its tools, and nothing that starts a service, opens a port or makes a system account. */
const PACKAGES = ["mariadb-server-core", "mariadb-client-core"];
const APT = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-q", "-y"];

/** Finds a server program, installing one where that is ours to do. */
export async function obtainServerProgram(
  flavour: Flavour | undefined,
  say: (line: string) => void,
): Promise<ServerProgram> {
  const found = await findServerProgram(flavour);
  if (found !== undefined) return found;
  const mayInstall = flavour !== "mysql" && process.platform === "linux" && process.getuid?.() === 0;
  if (!mayInstall || (await runProgram(["apt-get", "--version"])).code !== 0) throw notInstalled(flavour);
  await install(say);
  const installed = await findServerProgram(flavour);
  if (installed === undefined) throw notInstalled(flavour);
  return installed;
}

async function install(say: (line: string) => void): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const command = [...APT, "install", "--no-install-recommends", ...PACKAGES];
  say(`No database server here: installing the packages ${PACKAGES.join(" and ")} (no service is started).`);
  if ((await runProgram(command, { env })).code === 0) return;
  say("The list of packages is missing or old: fetching it first.");
  const update = await runProgram([...APT, "update"], { env });
  const again = await runProgram(command, { env });
  if (again.code === 0) return;
  const why = lastLines(update.code === 0 ? again.output : update.output);
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
