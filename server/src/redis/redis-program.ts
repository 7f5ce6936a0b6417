import { join } from "node:path";
import { installPackages, mayInstall } from "../database/local/debian-packages.ts";
import { LocalServerError } from "../database/local/local-server-error.ts";
import { runProgram } from "../database/local/run-program.ts";
import { isProgram, programFolders } from "../database/local/server-program.ts";

/** A Redis, or a Valkey, that can be started here. */
export interface RedisProgram {
  readonly path: string;
  /** the name it has to be called by to be a server */
  readonly calledAs: string;
  readonly version: string;
}

/**
 * What the server is called. The last two are the same program under another name, and it is a server when it is called one: Debian's tools package holds it without the service that
 * its server package would start.
 */
const NAMES = [
  ["redis-server", "redis-server"],
  ["valkey-server", "valkey-server"],
  ["redis-check-rdb", "redis-server"],
  ["valkey-check-rdb", "valkey-server"],
] as const;
const MORE_FOLDERS = ["/opt/homebrew/opt/redis/bin", "/usr/local/opt/redis/bin"];
/** The first that can leave its command line as it was given, by which we find our own again. */
const LEAST_VERSION = [6, 2] as const;
const PACKAGE = "redis-tools";

/** The first usable one: by name, PATH before the usual folders. */
export async function findRedisProgram(): Promise<RedisProgram | undefined> {
  const folders = programFolders(MORE_FOLDERS);
  for (const [name, calledAs] of NAMES) {
    for (const folder of folders) {
      const found = await inspect(join(folder, name), calledAs);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/**
 * Finds a Redis, installing one where that is ours to do.
 *
 * @throws LocalServerError `not_installed`
 */
export async function obtainRedisProgram(say: (line: string) => void): Promise<RedisProgram> {
  const found = await findRedisProgram();
  if (found !== undefined) return found;
  if (!(await mayInstall())) throw new LocalServerError("not_installed", `There is no Redis here. ${HOW}`);
  say(`No Redis here: installing the package ${PACKAGE}, which holds it (no service is started).`);
  const why = await installPackages([PACKAGE], say);
  const installed = why === undefined ? await findRedisProgram() : undefined;
  if (installed !== undefined) return installed;
  throw new LocalServerError("not_installed", `Redis could not be installed. ${HOW}\n${why ?? ""}`.trimEnd());
}

const HOW = `Debian: apt-get install ${PACKAGE}. macOS: brew install redis. Anywhere: set REDIS_URL=redis://host:6379.`;

async function inspect(path: string, calledAs: string): Promise<RedisProgram | undefined> {
  if (!(await isProgram(path))) return undefined;
  const { code, output } = await runProgram([path, "--version"], { argv0: calledAs });
  const [, version, major, minor] = /\bv=((\d+)\.(\d+)\.\d+)/.exec(output) ?? [];
  if (code !== 0 || version === undefined || !isNewEnough(Number(major), Number(minor))) return undefined;
  return { path, calledAs, version };
}

function isNewEnough(major: number, minor: number): boolean {
  const [leastMajor, leastMinor] = LEAST_VERSION;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
