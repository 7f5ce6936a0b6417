import type { PushKeyAnswer } from "@healthbridge/schema";
import { Hono } from "hono";
import type { RequestEnv } from "../http/context.ts";

/** Where an app asks by which key a browser subscribes. */
export const PUSH_KEY_ROUTE = "/v1/push-key";

/** `GET /v1/push-key`, for everybody: the key is public (RFC 8292). A server that sends no push messages has no such route, and answers `not_found`. */
export function pushKeyRoute(publicKey: string): Hono<RequestEnv> {
  return new Hono<RequestEnv>().get(PUSH_KEY_ROUTE, (c) => c.json({ publicKey } satisfies PushKeyAnswer));
}
