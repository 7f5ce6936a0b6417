import { defineConfig, type UserConfig } from "vite";

/**
 * How an app is built: packages resolve to their sources, Preact stands in for React, and everything lies below the app's own path.
 * @param app its name and its path on the server
 */
export function appConfig(app: string, root: string): UserConfig {
  return defineConfig({
    root,
    base: `/${app}/`,
    resolve: {
      conditions: ["@healthbridge/source", "module", "browser", "development|production"],
      alias: { react: "preact/compat", "react-dom": "preact/compat" },
      dedupe: ["preact", "yjs"],
    },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: { outDir: "dist/app", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  });
}
