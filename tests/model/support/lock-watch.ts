import { setTimeout as sleep } from "node:timers/promises";
import { Line, type Sent } from "./line.ts";

const POLL_MILLISECONDS = 2;
const PATIENCE_MILLISECONDS = 60_000;

/**
 * Tells which connections wait for a row lock. The engine's own status is asked: unlike `information_schema.innodb_trx`, which is up to a tenth of a second old, it is
 * never behind, and unlike `performance_schema` it is always on.
 */
export class LockWatch implements AsyncDisposable {
  readonly #line: Line;

  private constructor(line: Line) {
    this.#line = line;
  }

  static async open(url: string): Promise<LockWatch> {
    return new LockWatch(await Line.open(url));
  }

  /** The numbers of the connections whose statement waits for a lock now. */
  async waiting(): Promise<ReadonlySet<number>> {
    const said = await this.#line.must("SHOW ENGINE INNODB STATUS");
    const status = String(said.rows[0]?.["Status"]);
    const waiting = status
      .split("---TRANSACTION")
      .slice(1)
      .filter((transaction) => transaction.includes("LOCK WAIT"))
      .map((transaction) => Number(/thread id (\d+)/.exec(transaction)?.[1]));
    return new Set(waiting);
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
