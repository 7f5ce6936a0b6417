import { setTimeout as sleep } from "node:timers/promises";
import type { Line, Sent } from "../support/line.ts";
import type { LockWatch } from "../support/lock-watch.ts";
import { type Answer, type ModelLine, NOW, openModel, untilModelRests } from "./in-the-model.ts";
import type { Schedule, Step } from "./schedule.ts";
import { Names, type Sql } from "./to-sql.ts";

/**
 * How a schedule ended. What is no difference but a matter of luck or of weights ends it, since from there on the two histories are different ones:
 * - `through`: model and server said the same at every step and hold the same rows;
 * - `other victim`: both met a deadlock at the same step, and the server ended another transaction of the circle than the model, which always ends the one that closed it.
 *   That exactly one died is compared;
 * - `other order`: several lines waited, one step let more than one of them go on, and the server's threads went on in another order. What the step itself was told is compared;
 * - `other reason`: what is refused for two reasons is refused for another one. MySQL looks for a row's parents before its key, the model (and MariaDB) after it. And a DELETE
 *   of several rows goes from row to row on a server, which stops at the first that has a child; the model waits for all their locks before. And a DELETE on a server waits for a
 *   row that an open transaction made and took away again, which the model has forgotten.
 */
export const ENDINGS = ["through", "other victim", "other order", "other reason"] as const;
export type Ending = (typeof ENDINGS)[number];

/** The two differ. */
export class Difference extends Error {}

/** A real server, with a line for each of a schedule's. */
export interface RealServer {
  readonly lines: readonly Line[];
  readonly watch: LockWatch;
  readonly side: Line;
}

const DEADLOCK = 1213;
/** What the model says of a row before it looks for its parents. */
const REFUSED_FIRST: readonly number[] = [1062, DEADLOCK];
const HAS_CHILD = 1451;
const NO_PARENT = 1452;
const PATIENCE_MILLISECONDS = 20_000;
/** MySQL looks for circles in a thread of its own, a moment after the wait began. */
const GRACE_MILLISECONDS = 2_000;

/** Does a schedule on the model and on a real server, step by step in the same order, and compares what they say. */
export async function runSchedule(
  server: RealServer,
  migrations: readonly string[],
  number: number,
  schedule: Schedule,
): Promise<Ending> {
  const pair = new Pair(server, migrations, new Names(number));
  try {
    await pair.begin(schedule);
    for (const [at, step] of schedule.steps.entries()) {
      const ending = await pair.step(at, step);
      if (ending !== "through") return ending;
    }
    const ending = await pair.commitAll(schedule.steps.length);
    if (ending === "through") await pair.compareRows();
    return ending;
  } finally {
    await pair.release();
  }
}

/** A line as both see it. */
interface Both {
  readonly at: number;
  readonly real: Line;
  readonly model: ModelLine;
  inTransaction: boolean;
  /** its last statement ended with an error */
  refused: boolean;
  /** sent, and not answered by both so far */
  waiting:
    | { readonly sql: Sql; readonly real: Sent; readonly model: { readonly said: Answer | undefined } }
    | undefined;
}

class Pair {
  readonly #server: RealServer;
  readonly #names: Names;
  readonly #model: ReturnType<typeof openModel>;
  readonly #lines: readonly Both[];

  constructor(server: RealServer, migrations: readonly string[], names: Names) {
    this.#server = server;
    this.#names = names;
    const model = openModel(migrations, server.lines.length + 1);
    this.#model = model;
    this.#lines = server.lines.map((real, at) => {
      const line = model.lines[at];
      if (line === undefined) throw new Error("a line is missing");
      return { at, real, model: line, inTransaction: false, refused: false, waiting: undefined };
    });
  }

  async begin({ beginning }: Schedule): Promise<void> {
    const line = this.#model.lines.at(-1);
    for (const sql of this.#names.beginning(beginning)) {
      await this.#server.side.must(sql.sql, sql.values);
      const sent = line?.send(sql);
      await untilModelRests();
      if (sent?.said?.errno !== 0)
        throw new Difference(`the model does not begin: ${JSON.stringify({ sql, said: sent?.said })}`);
    }
  }

  /** A step of a line that waits is left out; the first of a line begins a transaction. */
  async step(at: number, { line: place, statement }: Step): Promise<Ending> {
    const line = this.#lines[place];
    if (line === undefined || line.waiting !== undefined) return "through";
    if (statement.do === "commit" || statement.do === "rollback") {
      if (!line.inTransaction) return "through";
      line.inTransaction = false;
      return this.#send(at, line, { sql: statement.do.toUpperCase(), values: [] });
    }
    if (!line.inTransaction) {
      line.inTransaction = true;
      const ending = await this.#send(at, line, { sql: "START TRANSACTION", values: [] });
      if (ending !== "through") return ending;
    }
    return this.#send(at, line, this.#names.sql(statement));
  }

  /** Commits whatever can be committed until nobody waits. */
  async commitAll(at: number): Promise<Ending> {
    while (this.#lines.some(({ inTransaction }) => inTransaction)) {
      const line = this.#lines.find((each) => each.inTransaction && each.waiting === undefined);
      if (line === undefined)
        throw new Difference(`everybody waits and nothing goes on: ${this.#whoWaits()}`);
      line.inTransaction = false;
      const ending = await this.#send(at, line, { sql: "COMMIT", values: [] });
      if (ending !== "through") return ending;
    }
    return "through";
  }

  async compareRows(): Promise<void> {
    for (const [table, key] of TABLES) {
      const found = await this.#server.side.must(
        `SELECT t.* FROM \`${table}\` t WHERE ${key.text} ORDER BY ${key.order}`,
        key.values(this.#names),
      );
      const held = this.#model.database.rows(table);
      same(`the rows of ${table}`, found.rows.map(plain), held.map(plain));
    }
  }

  /** Leaves no transaction open and no statement waiting. */
  async release(): Promise<void> {
    let open = this.#lines.map(({ real, waiting }) => ({ real, sent: waiting?.real }));
    while (open.length > 0) {
      const idle = open.filter(({ sent }) => sent === undefined || sent.said !== undefined);
      for (const { real } of idle) await real.must("ROLLBACK");
      open = open.filter((each) => !idle.includes(each));
      if (open.length > 0 && idle.length === 0) await sleep(1);
    }
  }

  async #send(at: number, line: Both, sql: Sql): Promise<Ending> {
    line.waiting = { sql, real: line.real.send(sql.sql, sql.values), model: line.model.send(sql) };
    await untilModelRests();
    this.#model.database.assertSound();
    await this.#untilRealRests();
    const ending = this.#compare(`step ${at + 1}, line ${line.at}: ${JSON.stringify(sql)}`, line);
    return ending === "through" ? this.#rollBackRefused(at) : ending;
  }

  /** As the product does: a transaction with an error in it is rolled back and nothing else. (Which locks a refused statement leaves behind is not the model's business.) */
  async #rollBackRefused(at: number): Promise<Ending> {
    const line = this.#lines.find(({ refused }) => refused);
    if (line === undefined) return "through";
    line.refused = false;
    line.inTransaction = false;
    return this.#send(at, line, { sql: "ROLLBACK", values: [] });
  }

  /** Until the real lines have answered where the model's have, and all others wait for a lock; or until it is clear that they will not. */
  async #untilRealRests(): Promise<void> {
    const began = performance.now();
    for (;;) {
      const open = this.#lines.filter(
        ({ waiting }) => waiting !== undefined && waiting.real.said === undefined,
      );
      const stuck = open.length === 0 ? new Set<number>() : await this.#server.watch.waiting();
      const rests = open.every(({ real }) => stuck.has(real.id));
      const expected = this.#lines.every(
        ({ waiting }) =>
          waiting === undefined || (waiting.model.said === undefined) === (waiting.real.said === undefined),
      );
      const passed = performance.now() - began;
      if (rests && (expected || passed > GRACE_MILLISECONDS)) return;
      if (passed > PATIENCE_MILLISECONDS) {
        const asked = open
          .map(({ at, waiting }) => `line ${at} ${JSON.stringify(waiting?.sql)}`)
          .join("\n  ");
        throw new Difference(`the server neither answers nor waits for a lock:\n  ${asked}`);
      }
      await sleep(1);
    }
  }

  #whoWaits(): string {
    const waiting = this.#lines.filter((line) => line.waiting !== undefined);
    return waiting.map(({ at, waiting }) => `line ${at} ${JSON.stringify(waiting?.sql)}`).join("\n  ");
  }

  #compare(what: string, sender: Both): Ending {
    const waiting = this.#lines.flatMap((line) =>
      line.waiting === undefined ? [] : [{ line, ...line.waiting }],
    );
    const victims = (side: "real" | "model"): readonly number[] =>
      waiting.filter((each) => each[side].said?.errno === DEADLOCK).map(({ line }) => line.at);
    const [ofModel, ofServer] = [victims("model"), victims("real")];
    if (ofModel.length === 1 && ofServer.length === 1 && ofModel[0] !== ofServer[0]) return "other victim";
    const others = waiting.filter(({ line }) => line !== sender);
    for (const { line, sql, real, model } of waiting) {
      if (isOtherReason(sql, real.said, model.said)) return "other reason";
      const [server, expected] = [answered(real.said), answered(model.said)];
      if (server !== expected) {
        if (line !== sender && others.length > 1) return "other order";
        throw new Difference(
          `${what}\n  line ${line.at} ${JSON.stringify(sql)}\n  server: ${server}\n  model:  ${expected}`,
        );
      }
      if (real.said === undefined) continue;
      line.waiting = undefined;
      if (real.said.errno !== 0) line.refused = true;
    }
    return "through";
  }
}

interface TableKey {
  readonly text: string;
  readonly order: string;
  readonly values: (names: Names) => readonly (string | number)[];
}

const byTenant: (order: string) => TableKey = (order) => ({
  text: "t.tenant_id = ?",
  order,
  values: (names) => [names.tenant],
});
const TABLES: readonly (readonly [string, TableKey])[] = [
  ["appointment", byTenant("id")],
  ["stream", byTenant("id")],
  ["feed", byTenant("handle")],
  ["operation", byTenant("stream_id, number")],
  ["busy_time", { text: "t.who LIKE ?", order: "who, cell", values: (names) => [`${names.tenant}%`] }],
  [
    "feed_entry",
    { text: "t.entity_id LIKE ?", order: "feed, kind, entity_id", values: (names) => [`${names.tenant}%`] },
  ],
];

function isOtherReason({ sql }: Sql, server: Answer | undefined, model: Answer | undefined): boolean {
  if (server?.errno === NO_PARENT) return model === undefined || REFUSED_FIRST.includes(model.errno);
  if (!sql.startsWith("DELETE")) return false;
  if (server?.errno === HAS_CHILD) return model === undefined;
  return server === undefined && model?.errno === 0 && model.affected === 0;
}

function answered(said: Answer | undefined): string {
  if (said === undefined) return "waits for a lock";
  const { errno, key, rows, affected } = said;
  return JSON.stringify(errno === 0 ? { rows: rows.map(plain), affected } : { errno, key });
}

function plain(row: object): string {
  return JSON.stringify(row);
}

function same(what: string, server: unknown, model: unknown): void {
  const [left, right] = [JSON.stringify(server), JSON.stringify(model)];
  if (left !== right) throw new Difference(`${what}\n  server: ${left}\n  model:  ${right}`);
}

/** The clock of a real line stands where the model's stands. */
export async function stopClock(line: Line): Promise<void> {
  await line.must(`SET SESSION timestamp = ${NOW / 1000}`);
}
