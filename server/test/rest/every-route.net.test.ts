import { createECDH, randomBytes } from "node:crypto";
import { Hono } from "hono";
import { expect, test, vi } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { readConfig } from "../../src/config/config.ts";
import { EDGE_DESCRIPTIONS } from "../../src/http/rest/openapi/edge-descriptions.ts";
import { REST_DESCRIPTIONS } from "../../src/http/rest/openapi/operation-descriptions.ts";
import { Upgrades } from "../../src/realtime/upgrades.ts";
import { startServer } from "../../src/server.ts";
import { folderOfApps } from "../apps/built-app.ts";

/** What a server answers beside its interface, and why that is no part of it. */
const OUTSIDE: readonly { readonly routes: RegExp; readonly why: string }[] = [
  { routes: /^GET \/openapi\.json$/, why: "is the document" },
  { routes: /^GET \/docs(\/[a-z0-9.-]+)?$/, why: "shows the document to people" },
  { routes: /^GET \/patient(\/\*)?$/, why: "files of an app, for browsers" },
  { routes: /^GET (\/|\/demo\/[a-z.]+)$/, why: "pages of the demo, for people" },
  { routes: /^GET \/metrics$/, why: "Prometheus asks, with the operator's token" },
  { routes: /^POST \/v1\/notices\/spoken$/, why: "a telephone gateway asks, in its own words" },
];

/** Routes of a server with these settings: those of its router, and its sockets. Nothing is asked of it. */
async function routesOf(
  environment: Readonly<Record<string, string>>,
  demo: boolean,
): Promise<readonly string[]> {
  const mounted = vi.spyOn(Hono.prototype, "route");
  const sockets = vi.spyOn(Upgrades.prototype, "register");
  const { url } = await freshDatabase();
  const common = {
    HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}`,
    DATABASE_URL: url,
    PORT: "0",
    HEALTHBRIDGE_APPS: await folderOfApps(),
  };
  const config = readConfig({ ...common, ...environment }, { demo });
  const server = await startServer(config, { say: () => undefined, write: () => undefined });
  await server.close();
  const parts = new Set<unknown>(mounted.mock.calls.map(([, part]) => part));
  const apps = mounted.mock.results.flatMap(({ type, value }) => (type === "return" ? [value] : []));
  const whole = apps.filter((app) => !parts.has(app));
  // What is for every method stands in front of routes, and is none.
  const routes = whole.flatMap((app) => app.routes).filter(({ method }) => method !== "ALL");
  return [
    ...routes.map(({ method, path }) => `${method} ${path}`),
    ...sockets.mock.calls.map(([{ route }]) => `GET ${route}`),
  ];
}

async function everyRoute(): Promise<ReadonlySet<string>> {
  const push = createECDH("prime256v1");
  const keys = [push.generateKeys("base64url"), push.getPrivateKey("base64url").padStart(43, "A")];
  const environment = {
    HEALTHBRIDGE_METRICS_TOKEN: "m".repeat(40),
    HEALTHBRIDGE_NOTICES: "push,voice",
    HEALTHBRIDGE_PUSH_KEYS: keys.join(":"),
    HEALTHBRIDGE_PUSH_CONTACT: "mailto:it@clinics.example",
    HEALTHBRIDGE_VOICE: "africastalking://u:k@127.0.0.1:1?from=+254711",
  };
  return new Set([...(await routesOf(environment, false)), ...(await routesOf({}, true))]);
}

/** Two servers are started, each on a fresh database. */
const STARTS_MS = 120_000;

test(
  "every route a server answers is in the OpenAPI document, or is named here with why it is not; none is described that is not answered",
  { timeout: STARTS_MS },
  async () => {
    const served = await everyRoute();
    const described = new Set(
      [...EDGE_DESCRIPTIONS, ...REST_DESCRIPTIONS].map(
        // A router answers HEAD where it answers GET.
        ({ method, path }) => `${method === "head" ? "GET" : method.toUpperCase()} ${path}`,
      ),
    );
    const untold = [...served].filter((route) => !described.has(route));
    expect(untold.filter((route) => !OUTSIDE.some(({ routes }) => routes.test(route)))).toEqual([]);
    expect([...described].filter((route) => !served.has(route))).toEqual([]);
    for (const { routes, why } of OUTSIDE)
      expect({ why, met: untold.some((route) => routes.test(route)) }).toEqual({ why, met: true });
  },
);
