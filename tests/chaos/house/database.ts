import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { formatDatabaseUrl } from "../../../server/src/database/database-url.ts";
import {
  accountsSql,
  APPLICATION_ACCOUNT,
  APPLICATION_DATABASE,
} from "../../../server/src/database/local/accounts.ts";
import {
  type DataFolder,
  initialiseOnce,
  openDataFolder,
} from "../../../server/src/database/local/data-folder.ts";
import { obtainServerProgram } from "../../../server/src/database/local/install-server.ts";
import {
  findServerProgram,
  type Flavour,
  type ServerProgram,
} from "../../../server/src/database/local/server-program.ts";
import {
  type ServerProcess,
  spawnServer,
  stopServer,
} from "../../../server/src/database/local/server-process.ts";
import { debianMysql } from "../../setup/debian-mysql.ts";
import { until } from "../../setup/process.ts";

/** How to reach the database past everything that is tested, with mysql2. */
export interface DirectAccess {
  readonly socketPath: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** The run's own database: a real server in a folder of its own, killed and started again on the same data. */
export interface ChaosDatabase {
  readonly name: string;
  readonly direct: DirectAccess;
  /** the same as an address, of an account that may do everything */
  readonly url: string;
  readonly pid: () => number;
  readonly running: () => boolean;
  /** Resolves once it takes statements. */
  start(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

export interface DatabaseOptions {
  readonly folder: string;
  readonly flavour: Flavour;
  /** false: commits are answered before they are on the disk; the control, which must lose some */
  readonly durable: boolean;
  readonly say: (line: string) => void;
}

const OLDEST_MYSQL = 9;

export async function openDatabase({
  folder,
  flavour,
  durable,
  say,
}: DatabaseOptions): Promise<ChaosDatabase> {
  const found = flavour === "mysql" ? await mysqlProgram(say) : await obtainServerProgram("mariadb", say);
  const careless = ["--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0"];
  const program = durable ? found : { ...found, options: [...found.options, ...careless] };
  const data = await openDataFolder(join(folder, "database"), flavour);
  await initialiseOnce(data, found, () => undefined);
  return new KillableDatabase(program, data);
}

async function mysqlProgram(say: (line: string) => void): Promise<ServerProgram> {
  const own = await findServerProgram("mysql");
  return own !== undefined && Number.parseInt(own.version, 10) >= OLDEST_MYSQL ? own : await debianMysql(say);
}

class KillableDatabase implements ChaosDatabase {
  readonly name: string;
  readonly direct: DirectAccess;
  readonly url: string;
  readonly #program: ServerProgram;
  readonly #folder: DataFolder;
  #process: ServerProcess | undefined;

  constructor(program: ServerProgram, folder: DataFolder) {
    this.name = `${program.flavour === "mysql" ? "MySQL" : "MariaDB"} ${program.version}`;
    this.#program = program;
    this.#folder = folder;
    this.direct = {
      socketPath: folder.socket,
      user: APPLICATION_ACCOUNT,
      password: folder.password,
      database: APPLICATION_DATABASE,
    };
    this.url = formatDatabaseUrl({ ...this.direct, host: "localhost", port: 3306, tls: false });
  }

  readonly pid = (): number => this.#process?.pid ?? 0;
  readonly running = (): boolean => this.#process !== undefined;

  async start(): Promise<void> {
    const accounts = accountsSql(this.#program.flavour, this.#folder.password, "all");
    const started = await spawnServer(this.#program, this.#folder, accounts);
    this.#process = started;
    let how: string | undefined;
    void started.ended.then((end) => {
      how = end;
    });
    await until("the database to take statements", async () => {
      if (how !== undefined) throw new Error(`The database ended: ${how}. See ${this.#folder.log}`);
      return await this.#answers();
    });
  }

  async kill(): Promise<void> {
    const gone = this.#process;
    this.#process = undefined;
    if (gone === undefined) return;
    process.kill(gone.pid, "SIGKILL");
    await gone.ended;
  }

  freeze(): void {
    if (this.#process !== undefined) process.kill(this.#process.pid, "SIGSTOP");
  }

  thaw(): void {
    if (this.#process !== undefined) process.kill(this.#process.pid, "SIGCONT");
  }

  async stop(): Promise<void> {
    this.thaw();
    if (this.#process !== undefined) await stopServer(this.#process, this.#folder);
    this.#process = undefined;
  }

  async #answers(): Promise<true | undefined> {
    try {
      const connection = await createConnection({ ...this.direct });
      connection.on("error", () => undefined);
      await connection.query("SELECT 1");
      connection.destroy();
      return true;
    } catch {
      return undefined;
    }
  }
}
