import { Hono } from "hono";
import type { RestDependencies, SignedInEnv } from "../context.ts";
import { docsRoutes } from "./docs/docs-routes.ts";
import { messageSearchRoute } from "./reads/message-search.ts";
import { READ_ROUTES } from "./reads/read-routes.ts";
import { handleOperation } from "./writes/operation-handler.ts";
import { OPERATION_ROUTES } from "./writes/operation-route.ts";

export interface RestOptions {
  /** whether `/openapi.json` and `/docs` are served */
  readonly docs: boolean;
}

/** REST: every operation that names a route, and the reads. Problems are thrown; the app answers them. */
export function restRoutes(
  deps: RestDependencies,
  { docs }: RestOptions = { docs: true },
): Hono<SignedInEnv> {
  const app = new Hono<SignedInEnv>();
  for (const route of OPERATION_ROUTES) {
    app.on(route.method, [route.path], deps.authenticate, (c) => handleOperation(c, route, deps));
  }
  for (const route of Object.values(READ_ROUTES)) {
    app.get(route.path, deps.authenticate, (c) =>
      deps.turns.during(c.get("who").account, () => route.handle(c, deps), c.req.raw.signal),
    );
  }
  app.route("/", messageSearchRoute(deps));
  if (docs) app.route("/", docsRoutes());
  return app;
}
