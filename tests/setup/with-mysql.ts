/**
 * Runs a command with TEST_DATABASE_URL set to a throw-away MySQL, and answers its exit code:
 *
 *   node --conditions=@healthbridge/source tests/setup/with-mysql.ts -- npm test
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { URL_VARIABLE } from "./test-environment.ts";
import { withMysql } from "./mysql.ts";

const argumentList = process.argv.slice(2);
const [command, ...rest] = argumentList[0] === "--" ? argumentList.slice(1) : argumentList;
if (command === undefined) {
  console.error("Usage: with-mysql.ts -- <command> [arguments]");
  process.exitCode = 64;
} else {
  process.exitCode = await withMysql(async (server) => {
    console.error(`Running on MySQL ${server.version}.`);
    const env = { ...process.env, [URL_VARIABLE]: server.url };
    const child = spawn(command, rest, { stdio: "inherit", env });
    // Ctrl-C reaches the command by itself, being in our process group; we wait for its end.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
    const [code] = await once(child, "exit");
    return typeof code === "number" ? code : 1;
  });
}
