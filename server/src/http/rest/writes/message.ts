import {
  describeOutcome,
  type EntityId,
  epochMinutes,
  isSpoken,
  MINUTE_MS,
  type OperationType,
  type OutcomeToTell,
  Start,
  wishedLanguages,
  wordsLanguage,
} from "@healthbridge/schema";
import type { Context } from "hono";
import type { DatabasePool } from "../../../database/pool.ts";
import { read } from "../../../database/read.ts";
import { onTheWall } from "../../../wall-time.ts";
import type { SignedInEnv } from "../../context.ts";

/** An outcome, and which appointment it is about, if any. */
export interface Told extends OutcomeToTell {
  readonly type: OperationType;
  readonly input: Readonly<Record<string, unknown>>;
  readonly appointment: EntityId | undefined;
}

/**
 * What became of an operation in words, for whoever says in which language (`Accept-Language`). It says nothing but what the outcome and the request say, so a repeated request gets
 * the same words: not who the doctor is by now, nor when an appointment is that was moved since.
 */
export async function messageFor(
  c: Context<SignedInEnv>,
  outcome: Told,
  pool: DatabasePool,
): Promise<string | undefined> {
  const wished = wishedLanguages(c.req.header("accept-language") ?? "");
  if (wished.length === 0 || !isSpoken(outcome.type)) return undefined;
  return describeOutcome(outcome, wordsLanguage(wished), await agreedStart(outcome, pool));
}

/** The start that was agreed to as it was asked for, by the clinic's wall: whoever asked may have written it by another one. */
async function agreedStart(
  { status, output, input, appointment }: Told,
  pool: DatabasePool,
): Promise<string | undefined> {
  const start = Start.safeParse(input["start"]);
  if (status === "rejected" || output !== undefined || !start.success || appointment === undefined)
    return undefined;
  const [row] = await read(pool, (reader) =>
    reader.query<{ zone: string }>("SELECT zone FROM appointment WHERE id = ?", [appointment]),
  );
  return row && onTheWall(epochMinutes(start.data) * MINUTE_MS, row.zone);
}
