import { storeClosed, StoreError } from "../store-error.ts";
import type { Store, StoreTransaction } from "../store.ts";
import { Turns } from "../turns.ts";
import type { SqlDriver } from "./driver.ts";
import { checkOurs, MIGRATED, MIGRATIONS } from "./format.ts";
import { isBusy, sqlError } from "./sql-error.ts";
import { SqlTransaction } from "./sql-transaction.ts";

/** A transaction held open longer stops everybody who shares the file, so it is ended without effect. */
const LONGEST_TRANSACTION_MS = 30_000;
/** How long we wait for others who hold the file. Longer than any transaction is allowed to be held. */
const PATIENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 25;

/**
 * A store in a SQLite file, over whatever driver the platform has: `expo-sqlite` in React Native. The file has the form of Node's `sqliteStore`. It is opened by the first
 * transaction; a write that has resolved is on the disk.
 *
 * @param open opens a connection that is the store's alone
 * @example
 * import { openDatabaseAsync } from "expo-sqlite";
 *
 * const store = sqlStore(() => openDatabaseAsync("healthbridge.db", { useNewConnection: true }));
 */
export function sqlStore(open: () => Promise<SqlDriver>): Store {
  return new SqlStore(open);
}

class SqlStore implements Store {
  readonly #openDriver: () => Promise<SqlDriver>;
  // One connection has one transaction at a time, so the transactions of this store take turns.
  readonly #turns = new Turns();
  #driver: SqlDriver | undefined;
  #open = true;

  constructor(open: () => Promise<SqlDriver>) {
    this.#openDriver = open;
  }

  async transaction<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    if (!this.#open) throw storeClosed();
    return this.#turns.take(async () => {
      const driver = await this.#begin(mode);
      const tx = new SqlTransaction(driver, mode);
      let committed = false;
      try {
        const result = await endedInTime(work(tx));
        await tx.end();
        tx.mustHaveSucceeded();
        await run(driver, "COMMIT");
        committed = true;
        return result;
      } finally {
        await tx.end();
        if (!committed) await this.#undo(driver);
      }
    });
  }

  async close(): Promise<void> {
    this.#open = false;
    await this.#turns.idle();
    const driver = this.#driver;
    this.#driver = undefined;
    await driver?.closeAsync();
  }

  async #begin(mode: "read" | "write"): Promise<SqlDriver> {
    try {
      const driver = (this.#driver ??= await opened(this.#openDriver));
      await patiently(() => (mode === "write" ? driver.execAsync("BEGIN IMMEDIATE") : beginReading(driver)));
      return driver;
    } catch (error) {
      throw sqlError(error);
    }
  }

  async #undo(driver: SqlDriver): Promise<void> {
    try {
      await driver.execAsync("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself (a full disk), or the connection is of no use. Closing undoes in any case, and the next transaction begins with one that is known to be sound.
      this.#driver = undefined;
      await driver.closeAsync().catch(() => undefined);
    }
  }
}

async function opened(open: () => Promise<SqlDriver>): Promise<SqlDriver> {
  const driver = await open();
  try {
    // Turns are taken asynchronously (`patiently`): a driver may wait on a thread that others need.
    await driver.execAsync("PRAGMA busy_timeout = 10");
    await patiently(() => driver.execAsync("PRAGMA journal_mode = WAL"));
    // FULL, not NORMAL: in WAL only FULL writes through to the disk before a commit returns. fullfsync is Apple's way to mean it.
    await driver.execAsync("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON");
    await migrate(driver);
    return driver;
  } catch (error) {
    await driver.closeAsync().catch(() => undefined);
    throw error;
  }
}

async function migrate(driver: SqlDriver): Promise<void> {
  if ((await patiently(() => checkedVersion(driver))) === MIGRATIONS.length) return;
  await patiently(() => driver.execAsync("BEGIN IMMEDIATE"));
  // Somebody else may have been faster while we waited for the lock: what counts is the version now.
  const applied = await checkedVersion(driver);
  for (const migration of MIGRATIONS.slice(applied)) await driver.execAsync(migration);
  await driver.execAsync(MIGRATED);
  await driver.execAsync("COMMIT");
}

async function checkedVersion(driver: SqlDriver): Promise<number> {
  const version = await number(driver, "PRAGMA user_version");
  const applicationId = await number(driver, "PRAGMA application_id");
  const objects = await number(driver, "SELECT count(*) FROM sqlite_schema");
  checkOurs("The file", { applicationId, version, objects });
  return version;
}

/** The one value of a statement that has one. */
async function number(driver: SqlDriver, sql: string): Promise<number> {
  const [row] = await driver.getAllAsync(sql, []);
  return Number(Object.values(row ?? {})[0]);
}

/** Fixes what the transaction will see: SQLite does that at the first read, not at BEGIN. */
async function beginReading(driver: SqlDriver): Promise<void> {
  await driver.execAsync("BEGIN");
  try {
    await driver.getAllAsync("SELECT 1 FROM meta LIMIT 1", []);
  } catch (error) {
    await driver.execAsync("ROLLBACK");
    throw error;
  }
}

async function run(driver: SqlDriver, sql: string): Promise<void> {
  try {
    await driver.execAsync(sql);
  } catch (error) {
    throw sqlError(error);
  }
}

/** Tries until nobody else holds the file. */
async function patiently<T>(step: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await step();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function endedInTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new StoreError(
        "store_failed",
        `A transaction was held open for ${LONGEST_TRANSACTION_MS / 1000} s and was undone. Await nothing but its own calls inside \`work\`.`,
      ),
    );
  }, LONGEST_TRANSACTION_MS);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
