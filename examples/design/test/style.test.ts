import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** All CSS of an app together may weigh 8 kB packed; what an app adds of its own has to find room beside this. */
const LIMIT = 6_500;

test("the style sheet leaves an app's own styles room on a thin line", async () => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../src/style.css")],
    bundle: true,
    minify: true,
    write: false,
    logLevel: "silent",
  });
  expect(gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length).toBeLessThan(LIMIT);
});
