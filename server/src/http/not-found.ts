import type { Context, Hono } from "hono";
import type { RequestEnv } from "./context.ts";
import { problemResponse } from "./problem.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Answers what no route took: 405 with the methods there are, or 404. */
export function notFound(app: Hono<RequestEnv>): (c: Context<RequestEnv>) => Response {
  return (c) => {
    const allowed = METHODS.filter((method) => hasRoute(app, method, c.req.path));
    if (allowed.length === 0) return problemResponse(c, { code: "not_found" });
    return problemResponse(
      c,
      { code: "method_not_allowed" },
      { headers: { allow: withHead(allowed).join(", ") } },
    );
  };
}

/** Middleware is registered for all methods and is no route. */
function hasRoute(app: Hono<RequestEnv>, method: string, path: string): boolean {
  const [handlers] = app.router.match(method, path);
  return handlers.some(([[, route]]) => route.method !== "ALL");
}

function withHead(methods: readonly string[]): readonly string[] {
  return methods.includes("GET") ? ["HEAD", ...methods] : methods;
}
