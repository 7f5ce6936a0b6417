import { drawStreamId } from "@healthbridge/schema";
import type { SeededRandom, VirtualTime } from "../../../client-sdk/src/testing/index.ts";
import { beginEpoch, markBackupVerified } from "../../../server/src/backup/marks.ts";
import type { DatabasePool } from "../../../server/src/database/pool.ts";
import { createExecutor } from "../../../server/src/operations/executor.ts";
import type { Executor } from "../../../server/src/operations/submission.ts";
import type { ModelDatabase } from "../database/model-database.ts";

/** Who runs the server: takes backups, sets the database back to one, takes lost devices off the list. */
export class Operator {
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #database: ModelDatabase;
  readonly #pool: DatabasePool;
  readonly #executor: Executor;
  #backup: unknown;
  /** the database is being set back */
  restoring = false;

  constructor(time: VirtualTime, random: SeededRandom, database: ModelDatabase) {
    this.#time = time;
    this.#random = random;
    this.#database = database;
    this.#pool = database.openPool("operator", {
      now: () => time.elapsed(),
      random,
      sleep: (ms, signal) => time.sleep(ms, signal),
      after: (ms, action) => time.after(ms, action),
    });
    this.#executor = createExecutor({ pool: this.#pool });
  }

  async revokeDevice(tenant: string, device: string): Promise<void> {
    await this.#asSystem(tenant, "device.revoke", { device });
  }

  /** Says where somebody works from now on. */
  async setClinics(tenant: string, account: string, clinics: readonly string[]): Promise<void> {
    await this.#asSystem(tenant, "account.setClinics", { account, clinics });
  }

  /** Copies the database and, once the copy was looked at, says what it covers. */
  async takeBackup(): Promise<void> {
    if (!this.#database.running) return;
    const begunAt = this.#time.now();
    this.#backup = this.#database.snapshot();
    await markBackupVerified(this.#pool, begunAt);
  }

  /** Sets the database back to the last backup and begins a new epoch, however long that takes; no server may run meanwhile. */
  async restore(): Promise<void> {
    if (this.#backup === undefined) return;
    this.restoring = true;
    this.#database.restore(this.#backup);
    for (let begun = false; !begun;) {
      if (!this.#database.running) this.#database.start();
      begun = await beginEpoch(this.#pool).then(
        () => true,
        () => false,
      );
      if (!begun) await this.#time.sleep(1_000);
    }
    this.restoring = false;
  }

  async #asSystem(tenant: string, type: string, input: object): Promise<void> {
    await this.#executor.submit({
      submitter: { tenant, account: undefined, device: undefined, system: true },
      stream: drawStreamId((count) => this.#random.bytes(count)),
      from: 1,
      heard: 0,
      operations: [{ type, input, madeAt: 0 }],
      carrier: "server",
    });
  }
}
