import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Clock } from "../adapters/clock.ts";
import type { RequestEnv } from "../http/context.ts";
import type { Log } from "./log.ts";
import type { Answered } from "./server-metrics.ts";

const SERVER_ERROR = 500;

/** One line per request, and the same to whoever counts. The route is its pattern, never the path: ids and search words stay out of the log. */
export function requestLog(
  log: Log,
  clock: Clock,
  onAnswered: (answered: Answered) => void = () => undefined,
): MiddlewareHandler<RequestEnv> {
  return async function logRequest(c, next) {
    const started = clock.monotonic();
    await next();
    const facts = {
      method: c.req.method,
      route: routePattern(matchedRoutes(c)),
      status: c.res.status,
      ms: Math.round(clock.monotonic() - started),
      in: wholeNumber(c.req.header("content-length")),
      out: wholeNumber(c.res.headers.get("content-length") ?? undefined),
      account: c.get("loggedAccount"),
      correlation: c.get("correlation"),
    };
    onAnswered(facts);
    if (facts.status >= SERVER_ERROR) log.warn("answered", facts);
    else log.info("answered", facts);
  };
}

/** The pattern of the handler that answered; middleware is registered for every method. */
function routePattern(routes: readonly { readonly method: string; readonly path: string }[]): string {
  return routes.findLast(({ method }) => method !== "ALL")?.path ?? "(none)";
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
