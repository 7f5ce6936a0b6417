import { setTimeout as sleep } from "node:timers/promises";
import { Line, type Sent } from "./line.ts";

const POLL_MILLISECONDS = 2;
const PATIENCE_MILLISECONDS = 60_000;

/** `information_schema.innodb_trx` is a copy, made anew only when nobody has read it for a tenth of a second. */
const COPY_MILLISECONDS = 120;

/**
 * Tells which connections wait for a row lock. The engine's own status is asked first, which is never behind and always on; MySQL leaves out of it who has not written anything
 * so far, so that now and then `information_schema.innodb_trx` is asked as well.
 */
export class LockWatch implements AsyncDisposable {
  readonly #line: Line;
  #copied = 0;

  private constructor(line: Line) {
    this.#line = line;
  }

  static async open(url: string): Promise<LockWatch> {
    return new LockWatch(await Line.open(url));
  }

  /** The numbers of connections whose statement waits for a lock now. One that is missing may be there the next time. */
  async waiting(): Promise<ReadonlySet<number>> {
    const said = await this.#line.must("SHOW ENGINE INNODB STATUS");
    const status = String(said.rows[0]?.["Status"]);
    const waiting = status
      .split("---TRANSACTION")
      .slice(1)
      .filter((transaction) => transaction.includes("LOCK WAIT"))
      .map((transaction) => Number(/thread id (\d+)/.exec(transaction)?.[1]));
    return new Set([...waiting, ...(await this.#waitingInCopy())]);
  }

  async #waitingInCopy(): Promise<readonly number[]> {
    const now = performance.now();
    if (now - this.#copied < COPY_MILLISECONDS) return [];
    const said = await this.#line.must(
      "SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
    );
    this.#copied = performance.now();
    return said.rows.map((row) => Number(row["id"]));
  }

  /** Until the statement waits for a lock; fails if it is answered instead. */
  async untilWaits(line: Line, sent: Sent): Promise<void> {
    await this.until(async () => {
      if (sent.said !== undefined)
        throw new Error(`answered instead of waiting: ${JSON.stringify(sent.said)}`);
      return (await this.waiting()).has(line.id);
    });
  }

  /** Until each of these statements was answered or waits for a lock, so that nothing moves any more. */
  async untilSettled(sent: readonly (readonly [Line, Sent])[]): Promise<void> {
    await this.until(async () => {
      // Looked at in this order: an answer that comes after the status was taken may have let somebody go on.
      const open = sent.filter(([, each]) => each.said === undefined);
      const waiting = await this.waiting();
      return open.every(([line]) => waiting.has(line.id));
    });
  }

  async until(condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MILLISECONDS;
    while (!(await condition())) {
      if (performance.now() > end) throw new Error("the database did not come to rest in a minute");
      await sleep(POLL_MILLISECONDS);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#line[Symbol.asyncDispose]();
  }
}
