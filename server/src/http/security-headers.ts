import type { MiddlewareHandler } from "hono";
import type { RequestEnv } from "./context.ts";

/**
 * What every answer carries, errors included. A handler that sets one of them itself (the documentation's page needs another
 * policy) is left alone. No header says what software this is.
 */
export const ALWAYS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none';frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
/** Only where the line is encrypted: a browser ignores it elsewhere, and 2G should not carry it for nothing. */
const WHERE_SECURE = { name: "strict-transport-security", value: "max-age=31536000" };

/** Bytes count on `/v1/sync`; a device that wants the correlation of a failure finds it in the problem. */
const TERSE: ReadonlySet<string> = new Set(["/v1/sync"]);

export function securityHeaders(): MiddlewareHandler<RequestEnv> {
  return async function addSecurityHeaders(c, next) {
    await next();
    const { headers } = c.res;
    for (const [name, value] of Object.entries(ALWAYS)) if (!headers.has(name)) headers.set(name, value);
    if (c.get("secure")) headers.set(WHERE_SECURE.name, WHERE_SECURE.value);
    if (!TERSE.has(c.req.path)) headers.set("x-correlation-id", c.get("correlation"));
  };
}
