import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Hono } from "hono";
import type { RequestEnv } from "../../context.ts";
import { openApiDocument } from "../openapi/document.ts";

/** Nothing from elsewhere, nothing inline, nobody's frame; the page speaks to this server only. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  // Half a megabyte even packed, and the same until the next upgrade.
  "cache-control": "public, max-age=3600",
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
};

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>HealthBridge API</title>
    <link rel="icon" href="docs/favicon-32x32.png">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** What is served of swagger-ui-dist: names of ours, so that no path ever reaches the file system. */
const ASSETS = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

const require = createRequire(import.meta.url);

/** `GET /openapi.json` and, browsable without any outside network, `GET /docs`. For whoever may see them: nothing in them is secret. */
export function docsRoutes(): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  const written = once(() => Promise.resolve(JSON.stringify(openApiDocument())));
  app.get("/openapi.json", async (c) => c.body(await written(), 200, { "content-type": "application/json" }));
  app.get("/docs", (c) => c.body(PAGE, 200, { ...HEADERS, "content-type": "text/html; charset=utf-8" }));
  app.get("/docs/start.js", (c) =>
    c.body(START, 200, { ...HEADERS, "content-type": "text/javascript; charset=utf-8" }),
  );
  for (const [name, type] of Object.entries(ASSETS)) {
    const file = once(() => readFile(require.resolve(`swagger-ui-dist/${name}`)));
    app.get(`/docs/${name}`, async (c) =>
      c.body(new Uint8Array(await file()), 200, { ...HEADERS, "content-type": type }),
    );
  }
  return app;
}

/** Does it at the first call and keeps what came of it; a failure is not kept. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
