/**
 * What a phone has to fetch: bundles what an application would import, minified for browsers, and compares the
 * gzipped bytes with a limit. A second entry proves that unused parts are left out.
 */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");

const budgets = [
  { what: "the SDK: sign in, book, sync, IndexedDB", entry: "core.ts", limit: 20_000 },
  { what: "one constant of the schema (tree-shaking)", entry: "one-constant.ts", limit: 300 },
];

async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(root, ".tools/size", entry)],
    absWorkingDir: root,
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@healthbridge/source"],
    legalComments: "none",
    logLevel: "silent",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

async function measure({ what, entry, limit }: (typeof budgets)[number]): Promise<boolean> {
  const code = await bundle(entry);
  const gzip = gzipSync(code, { level: 9 }).length;
  const columns = [gzip, limit, code.length]
    .map((bytes) => bytes.toLocaleString("en").padStart(7))
    .join("  ");
  console.log(`${columns}  ${what}${gzip > limit ? `  TOO LARGE by ${gzip - limit} bytes` : ""}`);
  return gzip <= limit;
}

console.log("   gzip    limit  minified  what");
try {
  for (const budget of budgets) if (!(await measure(budget))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
