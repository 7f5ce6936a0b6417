import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import type { RequestEnv } from "../http/context.ts";
import { httpProblem } from "../http/problem.ts";

/** Where Prometheus asks. */
export const METRICS_ROUTE = "/metrics";

/**
 * `GET /metrics`, for whoever has the operator's token. Not for this machine alone, as one might think to do without: behind a proxy on the same machine everybody
 * comes from there.
 */
export function metricsRoute(token: string, text: () => string): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  const expected = digest(token);
  app.get(METRICS_ROUTE, (c) => {
    const header = c.req.header("authorization");
    if (header === undefined) throw httpProblem("not_signed_in");
    const [, given = ""] = /^Bearer +([^\s]+)$/i.exec(header) ?? [];
    if (!timingSafeEqual(digest(given), expected)) throw httpProblem("token_invalid");
    return c.body(text(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });
  return app;
}

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
