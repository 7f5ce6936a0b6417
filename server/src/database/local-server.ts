import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { whyUnusable } from "../adapters/usable-folder.ts";
import { formatDatabaseUrl } from "./database-url.ts";
import { accountsSql, APPLICATION_ACCOUNT, APPLICATION_DATABASE, type Privileges } from "./local/accounts.ts";
import {
  type DataFolder,
  flavourIn,
  initialiseOnce,
  openDataFolder,
  RESTORE_MARK,
} from "./local/data-folder.ts";
import { FolderLock } from "./local/folder-lock.ts";
import { obtainServerProgram } from "./local/install-server.ts";
import { LocalServerError } from "./local/local-server-error.ts";
import { lastLines } from "./local/run-program.ts";
import { findServer, type ServerProcess, spawnServer, stopServer } from "./local/server-process.ts";
import type { Flavour, ServerProgram } from "./local/server-program.ts";
import type { DatabaseRuntime } from "./runtime.ts";
import { SingleConnection } from "./single-connection.ts";
import { systemRuntime } from "./system-runtime.ts";

export interface LocalServerOptions {
  /** Everything of this server is in here; made when missing. */
  readonly dataFolder: string;
  /** Plain lines for whoever started the process. */
  readonly say: (line: string) => void;
  /** Calls the start off before the server's process runs. To stop a started server call `stop`. */
  readonly signal?: AbortSignal;
  /** Default: what is found on this machine, or installed. */
  readonly program?: ServerProgram;
  readonly privileges?: Privileges;
  /** a backup is restored into it; nobody else starts a server where that was broken off */
  readonly restoring?: boolean;
  readonly runtime?: DatabaseRuntime;
}

/** A database server of our own, on a socket that only this account can reach. */
export interface LocalServer {
  readonly url: string;
  readonly flavour: Flavour;
  readonly version: string;
  /** Of the server's process now; another one after it was restarted. */
  readonly pid: number;
  /** Shuts the server down in order and lets go of the folder. */
  stop(): Promise<void>;
}

/**
 * Starts the private database server, or takes over the one that a killed process left running. As long as this
 * process lives it starts the server again when it dies.
 *
 * @throws LocalServerError
 */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const root = resolve(options.dataFolder);
  const why = await whyUnusable(root);
  if (why !== undefined)
    throw new LocalServerError(
      "unusable_folder",
      `The data folder ${root} cannot be used (${why}). HEALTHBRIDGE_DATA names another one, which this account can write.`,
    );
  if (options.restoring !== true && existsSync(join(root, RESTORE_MARK)))
    throw new LocalServerError(
      "restore_unfinished",
      `A backup was being restored into ${root}, and that is not through. Run the same restore again, or name another data folder.`,
    );
  const program = options.program ?? (await obtainServerProgram(flavourIn(root), options.say));
  const lock = FolderLock.take(root);
  try {
    const folder = await openDataFolder(root, program.flavour);
    await initialiseOnce(folder, program, options.say);
    options.signal?.throwIfAborted();
    const server = new SupervisedServer(program, folder, lock, options);
    await server.start();
    return server;
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

const READY_POLL_MILLISECONDS = 25;
/** Recovery after a crash replays the log; that takes its time, but not for ever. */
const READY_LIMIT_MILLISECONDS = 300_000;
const FIRST_BACKOFF_MILLISECONDS = 100;
const LONGEST_BACKOFF_MILLISECONDS = 30_000;
/** After so long a run a crash counts as the first again. */
const SETTLED_MILLISECONDS = 60_000;

class SupervisedServer implements LocalServer {
  readonly url: string;
  readonly flavour: Flavour;
  readonly version: string;
  readonly #program: ServerProgram;
  readonly #folder: DataFolder;
  readonly #lock: FolderLock;
  readonly #options: LocalServerOptions;
  readonly #runtime: DatabaseRuntime;
  readonly #stopping = new AbortController();
  #process: ServerProcess | undefined;
  #supervision: Promise<void> = Promise.resolve();

  constructor(program: ServerProgram, folder: DataFolder, lock: FolderLock, options: LocalServerOptions) {
    this.flavour = program.flavour;
    this.version = program.version;
    this.#program = program;
    this.#folder = folder;
    this.#lock = lock;
    this.#options = options;
    this.#runtime = options.runtime ?? systemRuntime;
    this.url = formatDatabaseUrl({
      user: APPLICATION_ACCOUNT,
      password: folder.password,
      database: APPLICATION_DATABASE,
      host: "localhost",
      port: 3306,
      socketPath: folder.socket,
      tls: false,
    });
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  async start(): Promise<void> {
    const running = (await this.#adopt()) ?? (await this.#launch());
    this.#supervision = this.#supervise(running);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#supervision;
    if (this.#process !== undefined) await stopServer(this.#process, this.#folder);
    this.#process = undefined;
    this.#lock[Symbol.dispose]();
  }

  /** A server left running by a killed process is as good as new, if it lets us in. */
  async #adopt(): Promise<ServerProcess | undefined> {
    const found = await findServer(this.#folder, this.#runtime);
    if (found === undefined) return undefined;
    this.#process = found;
    try {
      await this.#ready(found);
      await rm(this.#folder.initFile, { force: true });
      this.#options.say(`Took over the database that was still running (process ${String(found.pid)}).`);
      return found;
    } catch {
      this.#options.say("The database that was still running does not answer; stopping it.");
      await stopServer(found, this.#folder);
      return undefined;
    }
  }

  async #launch(): Promise<ServerProcess> {
    const accounts = accountsSql(this.flavour, this.#folder.password, this.#options.privileges ?? "own");
    const started = await spawnServer(this.#program, this.#folder, accounts);
    this.#process = started;
    try {
      await this.#ready(started);
      return started;
    } catch (error) {
      await stopServer(started, this.#folder);
      throw error;
    } finally {
      await rm(this.#folder.initFile, { force: true });
    }
  }

  /**
   * Until the application's account gets in; the server says no earlier than it can serve. Who calls the start off
   * waits for this too: a MariaDB 10.11 that is told to stop while it starts may hang for good, deaf to every signal but KILL.
   */
  async #ready(server: ServerProcess): Promise<void> {
    let how: string | undefined;
    void server.ended.then((end) => {
      how = end;
    });
    const until = this.#runtime.now() + READY_LIMIT_MILLISECONDS;
    for (;;) {
      try {
        await using connection = await SingleConnection.open(this.url);
        await connection.run("SELECT 1");
        return;
      } catch (error) {
        if (how !== undefined) throw await this.#startFailed(how);
        if (isRefusal(error)) throw error;
        if (this.#runtime.now() > until) throw await this.#startFailed("no answer");
      }
      await this.#runtime.sleep(READY_POLL_MILLISECONDS);
    }
  }

  async #startFailed(how: string): Promise<LocalServerError> {
    const log = await readFile(this.#folder.log, "utf8").catch(() => "");
    const text = `The database server did not start (${how}). The end of ${this.#folder.log}:\n${lastLines(log)}`;
    return new LocalServerError("start_failed", text);
  }

  async #supervise(first: ServerProcess): Promise<void> {
    const { signal } = this.#stopping;
    const stopped = Promise.withResolvers<undefined>();
    signal.addEventListener("abort", () => {
      stopped.resolve(undefined);
    });
    let current: ServerProcess | undefined = first;
    let backoff = FIRST_BACKOFF_MILLISECONDS;
    while (!signal.aborted) {
      const started = this.#runtime.now();
      const how = current === undefined ? undefined : await Promise.race([current.ended, stopped.promise]);
      if (signal.aborted) return;
      if (how !== undefined)
        this.#options.say(`The database stopped unexpectedly (${how}); starting it again.`);
      if (this.#runtime.now() - started > SETTLED_MILLISECONDS) backoff = FIRST_BACKOFF_MILLISECONDS;
      current = await this.#revive(backoff);
      backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MILLISECONDS);
    }
  }

  async #revive(backoffMilliseconds: number): Promise<ServerProcess | undefined> {
    const { signal } = this.#stopping;
    try {
      await this.#runtime.sleep(backoffMilliseconds, signal);
      const revived = await this.#launch();
      this.#options.say(`The database is back (process ${String(revived.pid)}).`);
      return revived;
    } catch (error) {
      if (!signal.aborted) this.#options.say(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}

/** The server is up and does not know us: waiting does not help. */
function isRefusal(error: unknown): boolean {
  const ACCESS_DENIED = [1044, 1045, 1049, 1698];
  const errno: unknown =
    typeof error === "object" && error !== null ? Reflect.get(error, "errno") : undefined;
  return typeof errno === "number" && ACCESS_DENIED.includes(errno);
}
