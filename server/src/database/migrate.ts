import { fileURLToPath } from "node:url";
import { DatabaseError } from "./database-error.ts";
import { type Migration, readMigrations } from "./migration-files.ts";
import { MigrationLog, type MigrationRecord, prefixHash } from "./migration-log.ts";
import type { DatabaseRuntime } from "./runtime.ts";
import { SingleConnection } from "./single-connection.ts";
import { systemRuntime } from "./system-runtime.ts";

export type MigrationErrorCode =
  /** An applied file is not what it was. */
  | "changed"
  /** The database holds a migration that this code does not have. */
  | "database_newer"
  /** A backup was being restored into it, and that is not through. */
  | "restore_unfinished"
  /** A file not applied yet comes before one that is. */
  | "out_of_order"
  /** The database refused a statement; what came before it stays and is remembered. */
  | "statement_failed";

export class MigrationError extends Error {
  readonly code: MigrationErrorCode;
  readonly migration: string;

  constructor(code: MigrationErrorCode, migration: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MigrationError";
    this.code = code;
    this.migration = migration;
  }
}

export interface MigrateOptions {
  /** With the database's name, and an account that may change tables. */
  readonly url: string;
  /** Default: the project's own. */
  readonly folder?: string;
  /** One plain line per applied migration. */
  readonly say?: (line: string) => void;
  readonly runtime?: DatabaseRuntime;
}

/** The table that stands in a database while a backup is restored into it. */
export const RESTORE_UNFINISHED = "restore_unfinished";

const MIGRATIONS = fileURLToPath(new URL("../../../migrations/", import.meta.url));

/**
 * Brings the database to the state of the code and answers the names of what was applied. Safe to call from several
 * servers at once, and again after a crash at any point: DDL commits by itself, so every statement is noted.
 *
 * @throws MigrationError when the files and the database do not fit
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const migrations = await readMigrations(options.folder ?? MIGRATIONS);
  const say = options.say ?? (() => undefined);
  const runtime = options.runtime ?? systemRuntime;
  await using connection = await SingleConnection.open(options.url);
  await requireWhole(connection);
  // Its own connection: the lock is a row of an open transaction, and DDL would end that.
  await using guard = await SingleConnection.open(options.url);
  const log = new MigrationLog(connection);
  await log.create();
  await lock(guard, say);
  const records = await log.records();
  const pending = plan(migrations, records);
  for (const { migration, record } of pending) {
    const started = runtime.now();
    await apply(connection, guard, log, migration, record);
    const seconds = ((runtime.now() - started) / 1000).toFixed(1);
    say(
      `Applied migration ${migration.name} (${String(migration.statements.length)} statements, ${seconds} s).`,
    );
  }
  return pending.map(({ migration }) => migration.name);
}

/** A half of what was backed up must not be taken for all there is. */
async function requireWhole(connection: SingleConnection): Promise<void> {
  const found = await connection.rows(
    "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?",
    [RESTORE_UNFINISHED],
  );
  if (found.length === 0) return;
  const text =
    "A backup was being restored into this database, and that was broken off. Run the same restore again.";
  throw new MigrationError("restore_unfinished", "", text);
}

/**
 * The names of what `migrate` would apply. Changes nothing.
 *
 * @throws MigrationError as `migrate`
 */
export async function pendingMigrations({
  url,
  folder = MIGRATIONS,
}: Pick<MigrateOptions, "url" | "folder">): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  await using connection = await SingleConnection.open(url);
  const log = new MigrationLog(connection);
  const records = (await log.exists()) ? await log.records() : [];
  return plan(migrations, records).map(({ migration }) => migration.name);
}

interface Pending {
  readonly migration: Migration;
  readonly record: MigrationRecord | undefined;
}

/** What is left to do; pure. */
export function plan(
  migrations: readonly Migration[],
  records: readonly MigrationRecord[],
): readonly Pending[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const record of records) {
    const migration = known.get(record.name);
    if (migration === undefined) throw newer(record.name);
    checkUnchanged(migration, record);
  }
  const byName = new Map(records.map((record) => [record.name, record]));
  const newest =
    records
      .map((record) => record.name)
      .toSorted()
      .at(-1) ?? "";
  const pending = migrations
    .map((migration) => ({ migration, record: byName.get(migration.name) }))
    .filter(({ record }) => record?.finished !== true);
  const late = pending.find(({ migration, record }) => record === undefined && migration.name < newest);
  if (late !== undefined) throw outOfOrder(late.migration.name, newest);
  return pending;
}

/** A file that failed half-way may be mended, but only behind what was applied of it. */
function checkUnchanged(migration: Migration, record: MigrationRecord): void {
  const same = record.finished
    ? migration.sha256 === record.sha256
    : prefixHash(migration, record.done) === record.doneSha256;
  if (same) return;
  throw new MigrationError(
    "changed",
    migration.name,
    `Migration ${migration.name} was applied with other content. Never edit an applied migration; add a new one.`,
  );
}

async function apply(
  connection: SingleConnection,
  guard: SingleConnection,
  log: MigrationLog,
  migration: Migration,
  record: MigrationRecord | undefined,
): Promise<void> {
  if (record === undefined) await log.begin(migration);
  const done = record?.done ?? 0;
  for (const [index, statement] of migration.statements.entries()) {
    if (index < done) continue;
    // Without the lock another server may be at it: rather stop.
    await guard.run("SELECT 1");
    try {
      if (isData(statement)) {
        // Data and its note go together.
        await connection.run("START TRANSACTION");
        await connection.run(statement);
        await log.noteDone(migration, index + 1);
        await connection.run("COMMIT");
      } else {
        const begunBefore = record?.begun === index + 1;
        if (!begunBefore) await log.noteBegun(migration, index + 1);
        await runStructure(connection, statement, begunBefore);
        await log.noteDone(migration, index + 1);
      }
    } catch (error) {
      await connection.run("ROLLBACK").catch(() => undefined);
      throw failed(migration, index, error);
    }
  }
  await log.finish(migration);
}

/** Errors that say "this is how it is already". The last two are MySQL's for checks, where MariaDB says 1826 and 1091. */
const ALREADY_SO: ReadonlySet<number> = new Set([
  1007, 1008, 1022, 1050, 1051, 1060, 1061, 1068, 1091, 1304, 1305, 1359, 1360, 1826, 3822, 3940,
]);

/** A table that cannot be altered, for many reasons: this one is MariaDB's for a foreign key that is there. */
const CANNOT_ALTER = 1005;
const KEY_IS_THERE = "(errno: 121 ";

/** Begun by a server that died before it could note the end: it may have been applied or not. */
async function runStructure(
  connection: SingleConnection,
  statement: string,
  begunBefore: boolean,
): Promise<void> {
  try {
    await connection.run(statement);
  } catch (error) {
    if (!begunBefore || !isSoAlready(error)) throw error;
  }
}

function isSoAlready(error: unknown): boolean {
  if (!(error instanceof DatabaseError) || error.errno === undefined) return false;
  if (error.errno !== CANNOT_ALTER) return ALREADY_SO.has(error.errno);
  return error.cause instanceof Error && error.cause.message.includes(KEY_IS_THERE);
}

function isData(statement: string): boolean {
  return /^(?:\s*--[^\n]*\n)*\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b/i.test(statement);
}

const LOCK_WAIT_SECONDS = 5;

/** Waits for whoever migrates now; a server that dies lets go of the row with its connection. */
async function lock(guard: SingleConnection, say: (line: string) => void): Promise<void> {
  await guard.run(`SET SESSION innodb_lock_wait_timeout = ${String(LOCK_WAIT_SECONDS)}`);
  for (let round = 0; ; round += 1) {
    try {
      await guard.run("START TRANSACTION");
      await guard.run("UPDATE schema_migration_lock SET holder = CONNECTION_ID() WHERE id = 1");
      return;
    } catch (error) {
      await guard.run("ROLLBACK");
      if (!(error instanceof DatabaseError) || (error.code !== "lock_timeout" && error.code !== "deadlock"))
        throw error;
      if (round === 0) say("Another server is migrating this database; waiting for it.");
    }
  }
}

function newer(name: string): MigrationError {
  const text = `The database holds migration ${name}, which this version does not have: it is newer than the code. Start the newer version; to go back, restore a backup from before the upgrade.`;
  return new MigrationError("database_newer", name, text);
}

function outOfOrder(name: string, newest: string): MigrationError {
  const text = `Migration ${name} was never applied, but ${newest}, which comes after it, was. Give it a later number.`;
  return new MigrationError("out_of_order", name, text);
}

function failed(migration: Migration, index: number, error: unknown): MigrationError {
  const where = `statement ${String(index + 1)} of ${String(migration.statements.length)}`;
  const why = error instanceof Error ? error.message : String(error);
  const more =
    error instanceof DatabaseError && error.cause instanceof Error ? ` ${error.cause.message}` : "";
  const text = `Migration ${migration.name} stopped at ${where}: ${why}.${more}`;
  return new MigrationError("statement_failed", migration.name, text, { cause: error });
}
