import { type Migration, sha256 } from "./migration-files.ts";
import type { SingleConnection } from "./single-connection.ts";

/** What the database remembers of one migration. */
export interface MigrationRecord {
  readonly name: string;
  readonly sha256: string;
  /** How many statements were started; one more than `done` when a server died between the two notes. */
  readonly begun: number;
  readonly done: number;
  /** Hash of the statements that are done. */
  readonly doneSha256: string;
  readonly finished: boolean;
}

interface Row {
  readonly name: string;
  readonly sha256: string;
  readonly begun: number;
  readonly done: number;
  readonly done_sha256: string;
  readonly finished_at: number | null;
}

const NOW = "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)";
const TEXT = "CHARACTER SET ascii COLLATE ascii_bin NOT NULL";

/** The two tables that are there before any migration. */
export class MigrationLog {
  readonly #connection: SingleConnection;

  constructor(connection: SingleConnection) {
    this.#connection = connection;
  }

  async create(): Promise<void> {
    await this.#connection.run(
      `CREATE TABLE IF NOT EXISTS schema_migration (
        name VARCHAR(100) ${TEXT} PRIMARY KEY,
        sha256 CHAR(64) ${TEXT},
        begun INT NOT NULL,
        done INT NOT NULL,
        done_sha256 CHAR(64) ${TEXT},
        started_at BIGINT NOT NULL,
        finished_at BIGINT
      ) ENGINE = InnoDB`,
    );
    await this.#connection.run(
      `CREATE TABLE IF NOT EXISTS schema_migration_lock (
        id TINYINT NOT NULL PRIMARY KEY,
        holder BIGINT NOT NULL
      ) ENGINE = InnoDB`,
    );
    // Not IGNORE, which hides other errors; and no write at all when the row is there, for somebody may hold it.
    const there = await this.#connection.rows("SELECT id FROM schema_migration_lock");
    if (there.length > 0) return;
    await this.#connection.run(
      "INSERT INTO schema_migration_lock VALUES (1, 0) ON DUPLICATE KEY UPDATE id = id",
    );
  }

  /** Whether anything was ever migrated here. */
  async exists(): Promise<boolean> {
    return (await this.#connection.rows("SHOW TABLES LIKE 'schema_migration'")).length > 0;
  }

  async records(): Promise<readonly MigrationRecord[]> {
    const rows = await this.#connection.rows<Row>("SELECT * FROM schema_migration ORDER BY name");
    return rows.map((row) => ({
      name: row.name,
      sha256: row.sha256,
      begun: row.begun,
      done: row.done,
      doneSha256: row.done_sha256,
      finished: row.finished_at !== null,
    }));
  }

  async begin(migration: Migration): Promise<void> {
    await this.#connection.run(
      `INSERT INTO schema_migration (name, sha256, begun, done, done_sha256, started_at) VALUES (?, ?, 0, 0, ?, ${NOW})`,
      [migration.name, migration.sha256, prefixHash(migration, 0)],
    );
  }

  async noteBegun(migration: Migration, count: number): Promise<void> {
    await this.#connection.run("UPDATE schema_migration SET begun = ? WHERE name = ?", [
      count,
      migration.name,
    ]);
  }

  async noteDone(migration: Migration, count: number): Promise<void> {
    await this.#connection.run(
      "UPDATE schema_migration SET begun = ?, done = ?, done_sha256 = ? WHERE name = ?",
      [count, count, prefixHash(migration, count), migration.name],
    );
  }

  /** The hash is noted again: the tail of a file that had failed may have been mended since. */
  async finish(migration: Migration): Promise<void> {
    await this.#connection.run(
      `UPDATE schema_migration SET sha256 = ?, finished_at = ${NOW} WHERE name = ?`,
      [migration.sha256, migration.name],
    );
  }
}

export function prefixHash(migration: Migration, count: number): string {
  return sha256(JSON.stringify(migration.statements.slice(0, count)));
}
