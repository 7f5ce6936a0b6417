import { setImmediate as nextTurn } from "node:timers/promises";
import { translate } from "../../../server/src/database/classify.ts";
import type { ModelDatabase } from "../../simulation/database/model-database.ts";
import { createModelDatabase } from "../../simulation/database/model-database.ts";
import type { Said } from "../support/line.ts";
import type { Sql } from "./to-sql.ts";

/** What both databases show as their time (ms). */
export const NOW = Date.UTC(2027, 2, 1, 5);

/** A statement's answer as far as the two are compared: a warning, and a number nobody uses, may differ. */
export type Answer = Pick<Said, "errno" | "key" | "rows" | "affected">;

/** A connection to the model, asked in the way the real one is. */
export interface ModelLine {
  /** Sends a statement; the answer is there once it was given, and not while it waits for a lock. */
  send(sql: Sql): { readonly said: Answer | undefined };
}

/** A model of its own, with the lines to it. Time stands still: nobody waits too long. */
export function openModel(
  migrations: readonly string[],
  lines: number,
): { readonly database: ModelDatabase; readonly lines: readonly ModelLine[] } {
  const database = createModelDatabase({
    migrations,
    now: () => NOW,
    random: () => 0,
    sleep: () => Promise.resolve(),
    after: () => () => undefined,
  });
  return { database, lines: Array.from({ length: lines }, () => modelLine(database)) };
}

/** Everything that can go on in the model has gone on. */
export async function untilModelRests(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

function modelLine(database: ModelDatabase): ModelLine {
  const connection = database.connect("test");
  return {
    send({ sql, values }) {
      let said: Answer | undefined;
      void connection.query(sql, values).then(
        ([result]) => {
          said = Array.isArray(result)
            ? { ...NOTHING, rows: result }
            : { ...NOTHING, affected: (result as { affectedRows: number }).affectedRows };
        },
        (error: unknown) => {
          const { errno, key } = translate(error);
          said = { ...NOTHING, errno: errno ?? -1, key };
        },
      );
      return {
        get said() {
          return said;
        },
      };
    },
  };
}

const NOTHING: Answer = { errno: 0, key: undefined, rows: [], affected: 0 };
