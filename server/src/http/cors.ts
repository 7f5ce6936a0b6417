import type { MiddlewareHandler } from "hono";
import type { RequestEnv } from "./context.ts";
import { httpProblem } from "./problem.ts";

const PREFLIGHT_HEADERS = {
  "access-control-allow-methods": "GET,HEAD,POST,PUT,PATCH,DELETE",
  "access-control-allow-headers":
    "authorization,content-type,content-encoding,idempotency-key,if-none-match,if-range,range,tus-resumable,upload-length,upload-metadata,upload-offset",
  // Browsers keep it for two hours at most; a preflight is a whole round trip.
  "access-control-max-age": "7200",
};

/** What a page may read of an answer's head. */
const EXPOSED = "retry-after,location,x-correlation-id";
/** And where uploads and downloads go on where they stopped; elsewhere heads stay short. */
const RESUMED = /^\/v1\/attachments(\/|$)/;
const EXPOSED_RESUMED = `${EXPOSED},content-range,etag,tus-resumable,upload-length,upload-offset`;

/**
 * Lets pages of the named origins call from a browser. Never `*`, never credentials: sessions travel in a header that a page
 * must set itself. An origin that is not named gets no such headers, and its preflight is refused.
 */
export function cors(origins: readonly string[]): MiddlewareHandler<RequestEnv> {
  const allowed = new Set(origins);
  return async function answerOrigins(c, next) {
    const origin = c.req.header("origin");
    const preflight =
      c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
    if (origin === undefined) return next();
    if (!allowed.has(origin)) {
      if (preflight) throw httpProblem("forbidden", "origin");
      return next();
    }
    if (preflight) c.res = new Response(null, { status: 204, headers: PREFLIGHT_HEADERS });
    else await next();
    c.res.headers.set("access-control-allow-origin", origin);
    c.res.headers.set("access-control-expose-headers", RESUMED.test(c.req.path) ? EXPOSED_RESUMED : EXPOSED);
    c.res.headers.append("vary", "origin");
    return undefined;
  };
}
