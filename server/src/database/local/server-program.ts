import { access, constants } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { runProgram } from "./run-program.ts";

export type Flavour = "mariadb" | "mysql";

/** A database server that can be started here. */
export interface ServerProgram {
  readonly flavour: Flavour;
  readonly version: string;
  /** The command, without options. */
  readonly server: readonly string[];
  /** The command that fills an empty data folder, without the folder. */
  readonly initialise: readonly string[];
  /** Options that this installation needs. */
  readonly options: readonly string[];
}

/** Where packages and Homebrew put servers, beyond what is on the PATH of an ordinary account. */
const USUAL_FOLDERS = [
  "/usr/sbin",
  "/usr/bin",
  "/usr/libexec",
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/local/opt/mariadb/bin",
  "/usr/local/mysql/bin",
  "/opt/homebrew/bin",
  "/opt/homebrew/opt/mariadb/bin",
  "/opt/homebrew/opt/mysql/bin",
];

/** Where programs can be: PATH before the usual folders. */
export function programFolders(more: readonly string[] = []): readonly string[] {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...new Set([...path, ...USUAL_FOLDERS, ...more])];
}

/** The first usable server: MariaDB before MySQL, PATH before the usual folders. */
export async function findServerProgram(flavour?: Flavour): Promise<ServerProgram | undefined> {
  const folders = programFolders();
  for (const name of ["mariadbd", "mysqld"]) {
    for (const folder of folders) {
      const found = await inspect(join(folder, name), folders);
      if (found !== undefined && (flavour === undefined || found.flavour === flavour)) return found;
    }
  }
  return undefined;
}

async function inspect(server: string, folders: readonly string[]): Promise<ServerProgram | undefined> {
  if (!(await isProgram(server))) return undefined;
  const { code, output } = await runProgram([server, "--no-defaults", "--version"]);
  const version = /Ver (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (code !== 0 || version === undefined) return undefined;
  // `mysqld` is often another name of mariadbd.
  if (!output.includes("MariaDB")) {
    return { flavour: "mysql", version, server: [server], initialise: [server], options: [] };
  }
  const installer = await findInstaller([dirname(server), ...folders]);
  if (installer === undefined) return undefined;
  return { flavour: "mariadb", version, server: [server], initialise: [installer], options: [] };
}

async function findInstaller(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    for (const name of ["mariadb-install-db", "mysql_install_db"]) {
      if (await isProgram(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

/** Whether it is there and may be run. */
export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
