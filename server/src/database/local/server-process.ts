import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { DatabaseRuntime } from "../runtime.ts";
import { asRoot, type DataFolder } from "./data-folder.ts";
import { LocalServerError } from "./local-server-error.ts";
import { findProcessWith, isProcessWith } from "./process-table.ts";
import { machineMemory, memoryOptions } from "./server-memory.ts";
import type { ServerProgram } from "./server-program.ts";

/** A database server that runs, started by us or found. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it is gone, with a word on how. */
  readonly ended: Promise<string>;
}

const POLL_MILLISECONDS = 100;

/**
 * Starts the server. It gets a process group of its own, so that Ctrl-C in the terminal reaches us alone and we can
 * finish our work before we stop it; and it outlives us when we are killed, to be found again by the next start.
 */
export async function spawnServer(
  program: ServerProgram,
  folder: DataFolder,
  accounts: string,
): Promise<ServerProcess> {
  await Promise.all([rm(folder.socket, { force: true }), rm(folder.pidFile, { force: true })]);
  await mkdir(dirname(folder.socket), { recursive: true, mode: 0o700 });
  await writeFile(folder.initFile, accounts, { mode: 0o600 });
  const [command = "", ...rest] = [...program.server, ...serverOptions(program, folder)];
  const child = spawn(command, rest, { detached: true, stdio: "ignore" });
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  child.once("exit", (code, signal) => {
    resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
  });
  await Promise.race([
    once(child, "spawn"),
    once(child, "error").then(([error]) => Promise.reject(cannotStart(error))),
  ]);
  child.unref();
  if (child.pid === undefined) throw cannotStart(new Error("no process number"));
  return { pid: child.pid, ended };
}

/** A server that an earlier process left running on this folder. */
export async function findServer(
  folder: DataFolder,
  runtime: DatabaseRuntime,
): Promise<ServerProcess | undefined> {
  const pid = await findProcessWith(dataOption(folder));
  return pid === undefined ? undefined : { pid, ended: watch(pid, folder, runtime) };
}

/** It is not our child, so nobody tells us. */
async function watch(pid: number, folder: DataFolder, runtime: DatabaseRuntime): Promise<string> {
  while (await isProcessWith(pid, dataOption(folder))) await pause(POLL_MILLISECONDS, runtime);
  return "it is gone";
}

/** Does not keep the process alive, unlike `sleep`. */
async function pause(milliseconds: number, runtime: DatabaseRuntime): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  runtime.after(milliseconds, resolve);
  await promise;
}

/** Asks the server to shut down in order and waits until it has. */
export async function stopServer(server: ServerProcess, folder: DataFolder): Promise<void> {
  if (await isProcessWith(server.pid, dataOption(folder))) {
    process.kill(server.pid, "SIGTERM");
    // The wait for the end holds no timer of its own; this keeps the event loop alive meanwhile.
    const alive = setInterval(() => undefined, POLL_MILLISECONDS);
    await server.ended;
    clearInterval(alive);
  }
  // It may be in the temporary folder, where nothing of ours should stay.
  await rm(dirname(folder.socket), { recursive: true, force: true });
}

function dataOption(folder: DataFolder): string {
  return `--datadir=${folder.data}`;
}

function serverOptions(program: ServerProgram, folder: DataFolder): readonly string[] {
  return [
    "--no-defaults",
    dataOption(folder),
    `--socket=${folder.socket}`,
    `--pid-file=${folder.pidFile}`,
    `--log-error=${folder.log}`,
    `--init-file=${folder.initFile}`,
    ...asRoot(),
    "--skip-networking",
    "--skip-name-resolve",
    "--local-infile=0",
    // Every commit reaches the disk before it is answered. There is no binary log here, so nothing else to sync.
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-doublewrite=ON",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_unicode_ci",
    "--default-storage-engine=InnoDB",
    "--max-connections=200",
    "--max-allowed-packet=64M",
    "--performance-schema=OFF",
    ...memoryOptions(program.flavour, machineMemory()),
    ...(program.flavour === "mysql" ? ["--mysqlx=OFF", "--disable-log-bin"] : ["--skip-log-bin"]),
    ...program.options,
  ];
}

function cannotStart(error: unknown): LocalServerError {
  const why = error instanceof Error ? error.message : String(error);
  return new LocalServerError("start_failed", `The database server could not be started: ${why}`);
}
