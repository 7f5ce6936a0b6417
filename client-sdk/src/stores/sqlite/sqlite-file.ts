import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";
import { checkOurs, MIGRATED, MIGRATIONS } from "../sql/format.ts";
import { patiently } from "./patience.ts";

/** One open connection with the statements it has prepared. */
export class SqliteFile {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens the file, makes it where it is missing, and brings it up to date. */
  static async open(path: string, maxBytes: number | undefined): Promise<SqliteFile> {
    makePrivate(path);
    const file = new SqliteFile(new DatabaseSync(path));
    try {
      // Turns are taken asynchronously (`patiently`): SQLite's own waiting would stop the whole process, and with it whoever we wait for.
      file.#database.exec("PRAGMA busy_timeout = 10");
      await patiently(path, () => file.#database.exec("PRAGMA journal_mode = WAL"));
      // FULL, not NORMAL: in WAL only FULL writes through to the disk before a commit returns. fullfsync is macOS's way to mean it.
      file.#database.exec("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON");
      await migrate(file, path);
      if (maxBytes !== undefined) file.#limit(maxBytes);
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepare(sql).run(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Record<string, SQLOutputValue> | undefined {
    return this.#prepare(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): Record<string, SQLOutputValue>[] {
    return this.#prepare(sql).all(...values);
  }

  /** The one value of a statement that has one. */
  number(sql: string): number {
    return Number(Object.values(this.#database.prepare(sql).get() ?? {})[0]);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #limit(maxBytes: number): void {
    const pages = Math.max(1, Math.floor(maxBytes / this.number("PRAGMA page_size")));
    this.#database.exec(`PRAGMA max_page_count = ${pages}`);
  }
}

/** Health data is for the account that runs the app alone. SQLite gives its side files the mode of the main one. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
}

async function migrate(file: SqliteFile, path: string): Promise<void> {
  const version = await patiently(path, () => file.number("PRAGMA user_version"));
  checkFile(file, path, version);
  if (version === MIGRATIONS.length) return;
  await patiently(path, () => file.exec("BEGIN IMMEDIATE"));
  // Another process may have been faster while we waited for the lock: what counts is the version now.
  const applied = file.number("PRAGMA user_version");
  checkFile(file, path, applied);
  for (const migration of MIGRATIONS.slice(applied)) file.exec(migration);
  file.exec(`${MIGRATED}; COMMIT`);
}

function checkFile(file: SqliteFile, path: string, version: number): void {
  const applicationId = file.number("PRAGMA application_id");
  checkOurs(path, { applicationId, version, objects: file.number("SELECT count(*) FROM sqlite_schema") });
}
