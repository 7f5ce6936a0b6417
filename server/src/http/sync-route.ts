import { LIMITS, PROTOCOL_FLOOR, PROTOCOL_VERSION, SyncRequest } from "@healthbridge/schema";
import { type Context, Hono } from "hono";
import { UnreadableOperation } from "../operations/unreadable-operation.ts";
import type { SyncService } from "../sync/sync-answer.ts";
import type { AccountTurns } from "./account-turns.ts";
import { parseRequest, readUncheckedJson } from "./body.ts";
import { acceptsGzip } from "./compress.ts";
import type { Authenticate, SignedInEnv } from "./context.ts";
import { faultIn } from "./json-guard.ts";
import { httpProblem } from "./problem.ts";
import { answerAsJson, answerAsLines, LINES_TYPE } from "./sync-encoding.ts";

/** `POST /v1/sync`: push and pull in one round trip. */
export function syncRoute(
  sync: SyncService,
  authenticate: Authenticate,
  turns: AccountTurns,
): Hono<SignedInEnv> {
  const app = new Hono<SignedInEnv>();
  app.post("/v1/sync", authenticate, async (c) => {
    const request = readSyncRequest(await readUncheckedJson(c));
    const { tenant, account, device } = c.get("who");
    const { signal: gone } = c.req.raw;
    const answer = await turns.during(
      account,
      () => sync.answer(request, { tenant, account, device }, { gone }),
      gone,
    );
    if (!acceptsLines(c)) return c.json(answerAsJson(answer));
    return answerAsLines(answer, acceptsGzip(c.req.header("accept-encoding")), LIMITS.chunkBytes);
  });
  return app;
}

/**
 * What is wrong with the request itself refuses it. What is wrong with one operation is that operation's affair: it becomes
 * one that cannot be read, which is rejected under its number while the others go on.
 */
export function readSyncRequest(body: unknown): SyncRequest {
  checkProtocol(body);
  const { operations, ...rest } = parseRequest(SyncRequest, body);
  const fault = faultIn(rest);
  if (fault !== undefined) throw httpProblem("malformed", fault.path, fault.detail);
  if (operations === undefined) return rest;
  return { ...rest, operations: operations.map(readable) };
}

function readable(operation: unknown): unknown {
  const fault = faultIn(operation);
  return fault === undefined ? operation : new UnreadableOperation(operation, fault.path, fault.detail);
}

/** First of all: a later protocol may have fields that this one would call wrong. */
function checkProtocol(body: unknown): void {
  if (typeof body !== "object" || body === null || !("protocol" in body)) return;
  const { protocol } = body;
  if (typeof protocol !== "number" || !Number.isInteger(protocol)) return;
  if (protocol < PROTOCOL_FLOOR || protocol > PROTOCOL_VERSION)
    throw httpProblem("protocol_unsupported", "protocol");
}

function acceptsLines(c: Context): boolean {
  return (c.req.header("accept") ?? "").toLowerCase().includes(LINES_TYPE);
}
