/**
 * Starts a throw-away MySQL and prints its address; Ctrl-C stops it. Where MySQL cannot be had it says why and exits
 * with code 69 ("service unavailable" of sysexits).
 *
 *   node --conditions=@healthbridge/source tests/setup/mysql.ts
 */
import { realpathSync } from "node:fs";
import { once } from "node:events";
import { findServerProgram } from "../../server/src/database/local/server-program.ts";
import type { LocalServer } from "../../server/src/database/local-server.ts";
import { debianMysql, NoMysql } from "./debian-mysql.ts";
import { startTestServer } from "./test-server.ts";

export const NO_MYSQL_EXIT_CODE = 69;
const OLDEST_MAJOR = 9;

/** The machine's own MySQL when it is new enough, otherwise Debian's. */
export async function startMysql(say: (line: string) => void): Promise<LocalServer> {
  const own = await findServerProgram("mysql");
  const usable = own !== undefined && Number.parseInt(own.version, 10) >= OLDEST_MAJOR;
  return await startTestServer(usable ? own : await debianMysql(say));
}

/** Runs `use` while MySQL runs; answers the exit code for the process. */
export async function withMysql(use: (server: LocalServer) => Promise<number>): Promise<number> {
  let server: LocalServer;
  try {
    server = await startMysql((line) => {
      console.error(line);
    });
  } catch (error) {
    if (!(error instanceof NoMysql)) throw error;
    console.error(`No MySQL here: ${error.message}`);
    return NO_MYSQL_EXIT_CODE;
  }
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === import.meta.filename) {
  process.exitCode = await withMysql(async (server) => {
    console.error(`MySQL ${server.version} runs; Ctrl-C stops it.`);
    console.log(server.url);
    const waiting = setInterval(() => undefined, 60_000);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    clearInterval(waiting);
    return 0;
  });
}
