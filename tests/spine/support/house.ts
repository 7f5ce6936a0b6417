import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Program, start, until } from "../../setup/process.ts";
import { openSide, type Side } from "./side.ts";

/** A whole server as an operator has it: a process, its private database, a data folder. */
export interface House extends AsyncDisposable {
  readonly folder: string;
  readonly url: string;
  /** SQL past the product. */
  readonly side: Side;
  /** Starts the process, and waits until it takes requests. */
  open(): Promise<void>;
  /** Shuts down in order. */
  close(): Promise<void>;
  /** kill -9 for the server process. */
  killServer(): Promise<void>;
  /** kill -9 for the private database; resolves when it is gone. */
  killDatabase(): Promise<void>;
  /** What the server has said in all its lives. */
  said(): string;
}

const MAIN = "server/src/main.ts";

export interface HouseOptions {
  readonly demo: boolean;
}

export async function makeHouse({ demo }: HouseOptions): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), "healthbridge-spine-"));
  const keys = { HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}` };
  const env = { HEALTHBRIDGE_DATA: folder, HEALTHBRIDGE_LOG: "error", ...(demo ? {} : keys) };
  const database = join(folder, "database");
  const words = demo ? ["--demo"] : [];
  const lives: Program[] = [];
  let port = "0";
  const side = openSide(database);
  const life = (): Program | undefined => lives.at(-1);
  const house: House = {
    folder,
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    side,
    async open() {
      const program = start(MAIN, words, { ...env, PORT: port });
      lives.push(program);
      port = await until(
        "the server to be ready",
        () => {
          if (!program.running()) throw new Error(`The server ended:\n${program.said()}`);
          return /Ready at http:\/\/[^:]+:(\d+)/.exec(program.said())?.[1];
        },
        240_000,
      );
    },
    async close() {
      life()?.kill("SIGTERM");
      await life()?.ended;
    },
    async killServer() {
      life()?.kill("SIGKILL");
      await life()?.ended;
    },
    async killDatabase() {
      const pid = await databasePid(database);
      if (pid === undefined) return;
      process.kill(pid, "SIGKILL");
      await until("the database to be gone", async () =>
        (await databasePid(database)) === pid ? undefined : true,
      );
    },
    said: () => lives.map((each) => each.said()).join("\n"),
    async [Symbol.asyncDispose]() {
      await side.close();
      if (life()?.running() === true) await house.close();
      const left = await databasePid(database);
      if (left !== undefined) process.kill(left, "SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
  return house;
}

/** Opens an administrator's account before the first start, as an operator does; answers the password. */
export async function addAdministrator(house: House, login: string): Promise<string> {
  const env = {
    HEALTHBRIDGE_DATA: house.folder,
    HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}`,
  };
  const program = start(MAIN, ["--add-administrator", login], env);
  await program.ended;
  const password = /told only now: (\S+)/.exec(program.said())?.[1];
  if (password === undefined) throw new Error(`No administrator was made:\n${program.said()}`);
  return password;
}

/** The private database's process, found by its folder as the operator's own tools would find it. */
async function databasePid(database: string): Promise<number | undefined> {
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (command.includes(`--datadir=${database}/`) && !command.includes("install")) return Number(name);
  }
  return undefined;
}
