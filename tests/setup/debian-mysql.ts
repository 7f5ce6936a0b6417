import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { lastLines, type ProgramResult, runProgram } from "../../server/src/database/local/run-program.ts";
import type { ServerProgram } from "../../server/src/database/local/server-program.ts";

/** MySQL cannot be had here, with the reason in plain words. */
export class NoMysql extends Error {}

const PACKAGE = "mysql-server-core";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * MySQL from Debian unstable with everything it is linked to, unpacked into a private folder. It runs on an older
 * Debian through that folder's own dynamic loader; nothing is installed on the machine. Done once, then cached.
 */
export async function debianMysql(say: (line: string) => void): Promise<ServerProgram> {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "healthbridge");
  const root = join(cache, "mysql");
  if (!existsSync(root)) await download(cache, root, say);
  return await programIn(root);
}

async function download(cache: string, root: string, say: (line: string) => void): Promise<void> {
  const work = join(cache, `mysql.new-${String(process.pid)}`);
  try {
    say("Fetching MySQL from Debian unstable into a private folder (about 70 MB, once).");
    const apt = await privateApt(work);
    await apt.get(["-q", "update"]);
    await apt.get(["-q", "-y", "--no-install-recommends", "--download-only", "install", PACKAGE]);
    const archives = (await readdir(apt.archives)).filter((name) => name.endsWith(".deb"));
    await apt.check(archives);
    const unpacked = join(work, "root");
    await mkdir(unpacked);
    for (const name of archives)
      must(await runProgram(["dpkg-deb", "-x", join(apt.archives, name), unpacked]));
    await rename(unpacked, root);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface PrivateApt {
  readonly archives: string;
  get(command: readonly string[]): Promise<void>;
  /** Compares every package with the SHA-256 of the signed index. */
  check(files: readonly string[]): Promise<void>;
}

/** apt with lists, state and cache of its own, and no package installed: so it fetches the whole closure. */
async function privateApt(work: string): Promise<PrivateApt> {
  const site = await machinesMirror();
  const archives = join(work, "cache/archives");
  await mkdir(join(archives, "partial"), { recursive: true });
  await mkdir(join(work, "state/lists/partial"), { recursive: true });
  await writeFile(join(work, "status"), "");
  const signed = existsSync(KEYRING) ? ` [signed-by=${KEYRING}]` : "";
  await writeFile(join(work, "sources.list"), `deb${signed} ${site} unstable main\n`);
  const options = [
    `Dir::State=${join(work, "state")}`,
    `Dir::State::status=${join(work, "status")}`,
    `Dir::Cache=${join(work, "cache")}`,
    `Dir::Etc::sourcelist=${join(work, "sources.list")}`,
    "Dir::Etc::sourceparts=/dev/null",
    "Debug::NoLocking=1",
    // Signatures are looked at all the same; a mirror that stands still serves an index that has run out.
    "Acquire::Check-Valid-Until=false",
    "APT::Keep-Downloaded-Packages=true",
    // The images for containers delete every archive after use.
    "DPkg::Post-Invoke::=",
    "APT::Sandbox::User=",
  ].flatMap((option) => ["-o", option]);
  return {
    archives,
    get: async (command) => {
      must(await runProgram(["apt-get", ...options, ...command]));
    },
    check: async (files) => {
      const names = files.map((file) => file.split("_")[0] ?? "");
      const index = must(await runProgram(["apt-cache", ...options, "show", "--no-all-versions", ...names]));
      const known = new Set([...index.matchAll(/^SHA256: ([0-9a-f]{64})$/gm)].map((match) => match[1]));
      for (const file of files) {
        const found = createHash("sha256")
          .update(await readFile(join(archives, file)))
          .digest("hex");
        if (!known.has(found)) throw new NoMysql(`${file} is not what the package index says.`);
      }
    },
  };
}

/** The mirror this machine itself uses for Debian. */
async function machinesMirror(): Promise<string> {
  const format = ["--format", "$(SITE) $(ORIGIN) $(LABEL)"];
  const { code, output } = await runProgram(["apt-get", "indextargets", ...format, "Created-By: Packages"]);
  const line = output.split("\n").find((text) => text.endsWith(" Debian Debian"));
  const site = line?.split(" ")[0];
  if (code !== 0 || site === undefined) {
    throw new NoMysql("This machine is not a Debian with a package mirror, and has no mysqld of version 9.");
  }
  return site;
}

async function programIn(root: string): Promise<ServerProgram> {
  const libraries = (await findFolders(root)).filter((folder) => folder.includes("-linux-gnu"));
  const loader = await findLoader(libraries);
  const mysqld = join(root, "usr/sbin/mysqld");
  const server = [loader, "--library-path", libraries.join(":"), mysqld];
  const options = [
    "--secure-file-priv=",
    `--lc-messages-dir=${join(root, "usr/share/mysql")}`,
    `--character-sets-dir=${join(root, "usr/share/mysql/charsets")}`,
    `--plugin-dir=${join(root, "usr/lib/mysql/plugin")}`,
  ];
  const { code, output } = await runProgram([...server, "--no-defaults", "--version"]);
  const version = /Ver (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (code !== 0 || version === undefined)
    throw new NoMysql(`MySQL does not run here:\n${lastLines(output)}`);
  return { flavour: "mysql", version, server, initialise: server, options };
}

async function findFolders(root: string): Promise<readonly string[]> {
  const usr = await readdir(join(root, "usr/lib"), { withFileTypes: true });
  const top = existsSync(join(root, "lib")) ? await readdir(join(root, "lib"), { withFileTypes: true }) : [];
  return [...usr, ...top]
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function findLoader(folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const name = (await readdir(folder)).find((file) => /^ld-linux.*\.so\.\d+$/.test(file));
    if (name !== undefined) return join(folder, name);
  }
  throw new NoMysql("The fetched packages hold no dynamic loader.");
}

function must(result: ProgramResult): string {
  if (result.code !== 0) throw new NoMysql(`Fetching MySQL failed:\n${lastLines(result.output)}`);
  return result.output;
}
