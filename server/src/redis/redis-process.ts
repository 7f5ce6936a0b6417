import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { LocalServerError } from "../database/local/local-server-error.ts";
import { findProcessWith, isProcessWith } from "../database/local/process-table.ts";
import type { DatabaseRuntime } from "../database/runtime.ts";
import type { RedisProgram } from "./redis-program.ts";

/** A Redis that runs. */
export interface RedisProcess {
  readonly pid: number;
  /** Resolves when it is gone, with a word on how. */
  readonly ended: Promise<string>;
}

/** Where one private Redis has what little it has. */
export interface RedisPlace {
  readonly folder: string;
  readonly socket: string;
  readonly log: string;
}

const POLL_MS = 25;
const READY_MS = 20_000;
/** It keeps nothing, so there is nothing it could need longer for. */
const END_MS = 3_000;
const ANSWER_MS = 1_000;

export function redisPlace(runFolder: string): RedisPlace {
  return { folder: runFolder, socket: join(runFolder, "redis.sock"), log: join(runFolder, "redis.log") };
}

/** Its address, as `REDIS_URL` has it. */
export function redisUrl({ socket }: RedisPlace): string {
  return `unix://${socket.split("/").map(encodeURIComponent).join("/")}`;
}

/** Starts it, in a process group of its own: Ctrl-C in the terminal reaches us alone, and we stop it last. */
export async function spawnRedis(program: RedisProgram, place: RedisPlace): Promise<RedisProcess> {
  await rm(place.socket, { force: true });
  const child = spawn(program.path, options(place), {
    argv0: program.calledAs,
    detached: true,
    stdio: "ignore",
  });
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

/** Waits until it answers on its socket. */
export async function redisReady(
  process: RedisProcess,
  place: RedisPlace,
  runtime: DatabaseRuntime,
): Promise<void> {
  let how: string | undefined;
  void process.ended.then((end) => {
    how = end;
  });
  const until = runtime.now() + READY_MS;
  while (!(await answers(place.socket))) {
    if (how === undefined && runtime.now() > until) how = "no answer";
    if (how !== undefined) throw cannotStart(new Error(`${how}; its log is ${place.log}`));
    await runtime.sleep(POLL_MS);
  }
}

/** One that a killed process of ours left running at this place: it is ours to end. */
export async function findRedis(place: RedisPlace): Promise<number | undefined> {
  return await findProcessWith(place.socket);
}

/** Ends it by its process number, looked at again before each signal. One that is stopped or hangs is killed. */
export async function stopRedis(pid: number, place: RedisPlace, runtime: DatabaseRuntime): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!(await isProcessWith(pid, place.socket))) break;
    process.kill(pid, signal);
    const until = runtime.now() + END_MS;
    while (runtime.now() < until && (await isProcessWith(pid, place.socket))) await runtime.sleep(POLL_MS);
  }
  await rm(place.socket, { force: true });
}

/** Whether something at a socket answers as Redis does. */
async function answers(socket: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const line = connect(socket);
  line.setTimeout(ANSWER_MS, () => {
    resolve(false);
  });
  line.once("error", () => {
    resolve(false);
  });
  line.once("close", () => {
    resolve(false);
  });
  line.once("data", (data: Buffer) => {
    resolve(data.toString("latin1").startsWith("+PONG"));
  });
  line.write("PING\r\n");
  const answered = await promise;
  line.destroy();
  return answered;
}

function options({ folder, socket, log }: RedisPlace): readonly string[] {
  const pairs = [
    // No port: only this account can open the folder in which the socket is.
    ["--port", "0"],
    ["--unixsocket", socket],
    ["--unixsocketperm", "700"],
    ["--save", ""],
    ["--appendonly", "no"],
    ["--daemonize", "no"],
    ["--databases", "1"],
    ["--dir", folder],
    ["--logfile", log],
    // Its command line stays as it is here: by the socket's path in it we know our own.
    ["--set-proc-title", "no"],
  ];
  return pairs.flat();
}

function cannotStart(error: unknown): LocalServerError {
  const why = error instanceof Error ? error.message : String(error);
  return new LocalServerError("start_failed", `Redis could not be started: ${why}`);
}
