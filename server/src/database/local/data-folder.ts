import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { syncFolder } from "../../adapters/sync-folder.ts";
import { LocalServerError } from "./local-server-error.ts";
import { lastLines, runProgram } from "./run-program.ts";
import type { Flavour, ServerProgram } from "./server-program.ts";

/** Where everything of one private server is. */
export interface DataFolder {
  readonly root: string;
  readonly data: string;
  readonly socket: string;
  readonly pidFile: string;
  readonly log: string;
  readonly initFile: string;
  readonly password: string;
}

/** A file that stands in the folder while a backup is restored into its database: no other server is to start on it. */
export const RESTORE_MARK = "restore-unfinished";

/** Room in a socket address: 108 bytes on Linux, 104 on macOS, one for the final zero, some for `.lock`. */
const LONGEST_SOCKET_PATH = 96;
const SECRET_BYTES = 24;

/** The flavour whose data are there already, if any. */
export function flavourIn(root: string): Flavour | undefined {
  return (["mariadb", "mysql"] as const).find((flavour) => existsSync(join(root, flavour)));
}

/** Makes the folders and the secret, all for our own account alone. */
export async function openDataFolder(root: string, flavour: Flavour): Promise<DataFolder> {
  const run = await openRunFolder(root);
  return {
    root,
    data: join(root, flavour),
    socket: join(run, "db.sock"),
    pidFile: join(run, "db.pid"),
    log: join(root, `${flavour}.log`),
    initFile: join(run, "init.sql"),
    password: await secret(join(root, "secret")),
  };
}

/** A folder for a socket, for our own account alone: in the data folder, or in the temporary one where that path is too long for a socket. */
export async function openRunFolder(root: string): Promise<string> {
  return await privateFolder(runFolder(root));
}

function runFolder(root: string): string {
  const usual = join(root, "run");
  if (Buffer.byteLength(join(usual, "db.sock")) <= LONGEST_SOCKET_PATH) return usual;
  const hash = createHash("sha256").update(resolve(root)).digest("hex").slice(0, 16);
  return join(tmpdir(), `healthbridge-${hash}`);
}

/** A name in the temporary folder can be guessed and made by others first: then it is not used. */
async function privateFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new LocalServerError(
      "unsafe_folder",
      `${path} belongs to somebody else. Remove it or choose another data folder.`,
    );
  }
  await chmod(path, 0o700);
  return path;
}

async function secret(path: string): Promise<string> {
  const known = await readFile(path, "utf8").catch(() => "");
  if (known.length > 0) return known;
  const drawn = randomBytes(SECRET_BYTES).toString("base64url");
  // Written aside and renamed: a kill in between leaves no empty secret.
  await writeFile(`${path}.new`, drawn, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return drawn;
}

/** Fills the data folder once: aside, then renamed, so that a kill in the middle leaves nothing half-made. */
export async function initialiseOnce(
  folder: DataFolder,
  program: ServerProgram,
  say: (line: string) => void,
): Promise<void> {
  await removeLeftOvers(folder);
  if (existsSync(folder.data)) return;
  say(`Making a new database in ${folder.root}.`);
  const aside = `${folder.data}.new-${randomBytes(4).toString("hex")}`;
  const { code, output } = await runProgram([...program.initialise, ...initialiseOptions(program, aside)]);
  if (code !== 0) {
    await rm(aside, { recursive: true, force: true });
    throw new LocalServerError("initialise_failed", `Making the database failed:\n${lastLines(output)}`);
  }
  await rename(aside, folder.data);
  await syncFolder(folder.root);
}

function initialiseOptions(program: ServerProgram, data: string): readonly string[] {
  const common = ["--no-defaults", `--datadir=${data}`, ...asRoot()];
  if (program.flavour === "mysql") return [...common, ...program.options, "--initialize-insecure"];
  return [...common, ...program.options, "--auth-root-authentication-method=socket", "--skip-test-db"];
}

/** Servers refuse to run as root unless told that it is meant. */
export function asRoot(): readonly string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}

async function removeLeftOvers(folder: DataFolder): Promise<void> {
  const names = await readdir(folder.root);
  const left = names.filter((name) => /^(?:mariadb|mysql)\.new-/.test(name));
  await Promise.all(left.map((name) => rm(join(folder.root, name), { recursive: true, force: true })));
}
