import { join } from "node:path";
import { defineConfig, type UserConfig } from "vite";
import { type AppFacts, appFiles } from "./app-files.ts";
import { packedFiles } from "./packed-files.ts";
import { serviceWorker } from "./service-worker.ts";

/** What the SDK needs (docs/guides/write-an-app.md, Where it runs). */
const BROWSERS = ["chrome119", "firefox124", "safari17.4"];

/** Where `npm start` listens. */
const SERVER = process.env["APP_SERVER"] ?? "http://127.0.0.1:8080";

/**
 * How an app is built: packages resolve to their sources, Preact stands in for React, everything lies below the app's own path and is named by its content. Beside it the
 * manifest, icons and the service worker (`src/sw.ts`, where there is one) with the list of all files.
 * @param app its name, and its path on the server
 * @param root its folder
 * @param facts what people see where it is installed
 */
export function appConfig(app: string, root: string, facts: AppFacts): UserConfig {
  const shared = sharedConfig();
  return defineConfig({
    ...shared,
    root,
    base: `/${app}/`,
    plugins: [appFiles(app, facts), serviceWorker(app, root, shared), packedFiles()],
    // While one develops Vite serves the app, and a server beside it the rest; to that it looks like one of its own pages.
    server: { proxy: { "/v1": { target: SERVER, ws: true, headers: { origin: SERVER } } } },
    build: {
      outDir: join(root, "dist/app"),
      emptyOutDir: true,
      target: BROWSERS,
      // Nothing inline: the pages' policy refuses it.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
}

/** What the app and its service worker have in common. */
function sharedConfig(): UserConfig {
  return {
    resolve: {
      conditions: ["@healthbridge/source", "module", "browser", "development|production"],
      alias: {
        react: "preact/compat",
        "react-dom": "preact/compat",
        "react/jsx-runtime": "preact/jsx-runtime",
      },
      dedupe: ["preact", "yjs"],
    },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  };
}
