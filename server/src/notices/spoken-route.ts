import { notice } from "@healthbridge/schema/tables";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import type { RequestEnv } from "../http/context.ts";
import { databaseNow } from "../jobs/job.ts";
import { selectRows } from "../operations/records/table.ts";
import { inXml } from "./carriers/gateway.ts";
import { type ClaimedNotice, claimedOfRow } from "./claim.ts";
import { readFacts } from "./facts.ts";
import { prepareNotice } from "./prepare-notice.ts";
import type { LetterStyle } from "./write-letter.ts";

/** Where a gateway asks what to say in a call. */
export const SPOKEN_ROUTE = "/v1/notices/spoken";

/** A gateway's question is a short form. */
const MOST_BYTES = 8_192;
/** A digest in base64url. */
const KEY = /^[\w-]{43}$/;
/** A call is answered, or not, soon after it was asked for, ms. */
const ASKED_WITHIN_MS = 3_600_000;
/** Twice, for whoever was still lifting the phone to her ear. */
const TIMES = 2;

/**
 * `POST /v1/notices/spoken`, for Africa's Talking: it calls first and then asks here what to say, with the notice's key as `clientRequestId`. Whoever knows the key of a call that
 * is being made may hear its text; the key is a digest over the appointment's random id, and travels to the gateway alone.
 */
export function spokenRoute(pool: DatabasePool, style: LetterStyle): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  app.post(SPOKEN_ROUTE, bodyLimit({ maxSize: MOST_BYTES }), async (c) => {
    const key = new URLSearchParams(await c.req.text()).get("clientRequestId") ?? "";
    const text = KEY.test(key) ? await spokenText(pool, key, style) : undefined;
    const said = text === undefined ? "<Reject/>" : `<Say>${inXml(text)}</Say>`.repeat(TIMES);
    return c.body(`<Response>${said}</Response>`, text === undefined ? 404 : 200, {
      "content-type": "application/xml; charset=utf-8",
    });
  });
  return app;
}

async function spokenText(pool: DatabasePool, key: string, style: LetterStyle): Promise<string | undefined> {
  const now = await databaseNow(pool);
  const called = await calledNotice(pool, key, now);
  if (called === undefined) return undefined;
  // What is said in a call is pushed to no device.
  const facts = await readFacts(pool, [called], now, 0);
  const prepared = prepareNotice(called, facts, now, style, undefined);
  // What has changed while it rang is not said.
  return prepared.say === "send" ? prepared.letter.text : undefined;
}

async function calledNotice(
  pool: DatabasePool,
  key: string,
  now: number,
): Promise<ClaimedNotice | undefined> {
  const where =
    "WHERE id = ? AND (status = 'claimed' OR (status = 'sent' AND sent_by = 'voice' AND ended_at > ?))";
  const [row] = await read(pool, (reader) => selectRows(reader, notice, where, [key, now - ASKED_WITHIN_MS]));
  return row === undefined ? undefined : claimedOfRow(row);
}
