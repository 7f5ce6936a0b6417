import { type DescribedRoute, operationObject } from "./described-route.ts";
import { EDGE_DESCRIPTIONS } from "./edge-descriptions.ts";
import { type JsonObject, JsonSchemas } from "./json-schemas.ts";
import { REST_DESCRIPTIONS } from "./operation-descriptions.ts";

/** Of the API, not of the protocol devices speak. The same as the packages'. */
const API_VERSION = "0.1.0";

const DESCRIPTION = `Offline-first telemedicine: find doctors, book appointments, keep what a device queued while it was offline.

Every write is an operation and needs an \`Idempotency-Key\`; a repetition gets the first answer byte for byte. Every problem is \`application/problem+json\` with a \`code\` of a closed set.
What does not exist, what belongs to somebody else and what one may not see are the same 404.`;

/** The OpenAPI 3.1 document, from the schemas the code runs on. */
export function openApiDocument(): JsonObject {
  const schemas = new JsonSchemas();
  const routes = [...EDGE_DESCRIPTIONS, ...REST_DESCRIPTIONS];
  const paths = pathsOf(routes, schemas);
  return {
    openapi: "3.1.0",
    info: {
      title: "HealthBridge",
      version: API_VERSION,
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ session: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.components(),
      securitySchemes: {
        session: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "The access token of a session: `POST /v1/sessions`.",
        },
      },
    },
  };
}

function pathsOf(routes: readonly DescribedRoute[], schemas: JsonSchemas): JsonObject {
  const paths = new Map<string, Record<string, JsonObject>>();
  for (const route of routes) {
    const path = route.path.replaceAll(/:([A-Za-z]+)/g, "{$1}");
    const item = paths.get(path) ?? {};
    item[route.method] = operationObject(route, schemas);
    paths.set(path, item);
  }
  return Object.fromEntries(paths);
}
