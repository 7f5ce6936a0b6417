import { join } from "node:path";
import { defineConfig } from "vite";

/** Every component on one page, to look at; part of no app. */
export default defineConfig({
  root: import.meta.dirname,
  cacheDir: join(import.meta.dirname, "../../../node_modules/.cache/vite-catalogue"),
  resolve: {
    conditions: ["@healthbridge/source", "module", "browser", "development|production"],
    alias: { react: "preact/compat" },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "../dist/catalogue", emptyOutDir: true },
});
