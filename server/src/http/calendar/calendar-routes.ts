import { LIMITS } from "@healthbridge/schema";
import { calendarLink } from "@healthbridge/schema/tables";
import { and, eq } from "drizzle-orm";
import { type Context, Hono } from "hono";
import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { livingSessionUntil } from "../../accounts/account-reads.ts";
import type { AccountSettings } from "../../accounts/parts.ts";
import type { Clock } from "../../adapters/clock.ts";
import type { RateLimiter } from "../../adapters/rate-limiter.ts";
import type { DatabasePool } from "../../database/pool.ts";
import { read } from "../../database/read.ts";
import { calendarLinkOfRow } from "../../operations/records/calendar-records.ts";
import { addressKey } from "../client-address.ts";
import type { RequestEnv } from "../context.ts";
import { httpProblem } from "../problem.ts";
import { perMinute, takeOne } from "../rate-limits.ts";
import { eventsOf } from "./calendar-events.ts";
import { calendarText } from "./calendar-text.ts";

/** What calendars are made of. */
export interface CalendarParts {
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly settings: Pick<AccountSettings, "idleMs">;
}

interface Limiters {
  /** by link */
  readonly reads: RateLimiter;
  /** by address */
  readonly guesses: RateLimiter;
}

/** The last part of a calendar's address: the secret, 32 bytes as base64url, and what makes programs take it for a calendar. */
export const CalendarFile = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}\.ics$/));
const ENDING = ".ics";

/** Characters of the entity tag: as many bits as nobody meets twice by chance. */
const TAG_CHARACTERS = 22;

/**
 * `GET /v1/calendar/<secret>.ics`: appointments for calendar programs, which cannot sign in. The secret in the address is the credential. It is in no log (the log has the route's pattern), in no
 * answer and no table; the address it came from is sent on to nobody (Referrer-Policy).
 */
export function calendarRoutes(parts: CalendarParts): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  const limiters = {
    reads: perMinute(LIMITS.calendarReadsPerMinute),
    guesses: perMinute(LIMITS.calendarReadsPerMinute),
  };
  app.get("/v1/calendar/:file", (c) => answerCalendar(c, parts, limiters));
  return app;
}

async function answerCalendar(
  c: Context<RequestEnv>,
  parts: CalendarParts,
  { reads, guesses }: Limiters,
): Promise<Response> {
  const text = await calendarBehind(c, c.req.param("file") ?? "", parts, reads);
  if (text === undefined) {
    await takeOne(guesses, addressKey(c.get("address")));
    throw httpProblem("not_found");
  }
  const etag = `W/"${createHash("sha256").update(text).digest("base64url").slice(0, TAG_CHARACTERS)}"`;
  // Programs keep it, and ask before they show it again: a link that ended is over at once.
  const headers = { etag, "cache-control": "private, no-cache" };
  if (knows(c.req.header("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  return new Response(text, { headers: { ...headers, "content-type": "text/calendar; charset=utf-8" } });
}

/**
 * The calendar behind an address; `undefined` where there is none, or it is over: ended, its device signed out, its account disabled, its maker's role lost. What was sent is hashed and looked
 * up by the hash: the time that takes says nothing about how near a guess was.
 */
async function calendarBehind(
  c: Context<RequestEnv>,
  file: string,
  { pool, clock, settings }: CalendarParts,
  reads: RateLimiter,
): Promise<string | undefined> {
  if (!CalendarFile.safeParse(file).success) return undefined;
  const secret = file.slice(0, -ENDING.length);
  const digest = createHash("sha256").update(secret).digest("base64url");
  const [row] = await read(pool, (reader) =>
    reader.drizzle
      .select()
      .from(calendarLink)
      .where(and(eq(calendarLink.digest, digest), eq(calendarLink.status, "active"))),
  );
  if (row === undefined) return undefined;
  const link = calendarLinkOfRow(row);
  c.set("loggedAccount", link.account);
  await takeOne(reads, link.id);
  const { account, device } = link;
  const session = await livingSessionUntil(pool, account, device, clock.now(), settings.idleMs);
  if (session === undefined) return undefined;
  const events = await read(pool, (reader) => eventsOf(reader.drizzle, link, session.who, clock.now()));
  return events === undefined ? undefined : calendarText("HealthBridge", events);
}

/** Whether a program has this version already (RFC 9110, 13.1.2: the weak comparison). */
function knows(header: string | undefined, etag: string): boolean {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, "");
  return (header ?? "").split(",").some((tag) => tag.trim() === "*" || bare(tag) === bare(etag));
}
