/**
 * What a phone has to fetch: bundles what an application would import, minified for browsers, and compares the gzipped bytes with a
 * limit. The SDK is weighed by itself and with the part of the schema that a phone carries (decisions, compiled shapes, time). The last entry
 * proves that unused parts are left out; that no zod is among what a phone fetches is proved too.
 */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");

/** What all of it is to weigh one day. */
const GOAL = 20_000;

interface Budget {
  readonly what: string;
  readonly entry: string;
  /** modules that are not counted */
  readonly without?: readonly string[];
  /** gzipped bytes. Where it lies above the goal it is what was reached, and one in a hundred: it only ever goes down */
  readonly limit: number;
}

const budgets: readonly Budget[] = [
  {
    what: "the SDK itself: outbox, replica, sync, session, IndexedDB",
    entry: "core.ts",
    without: ["@healthbridge/schema/client"],
    limit: 20_000,
  },
  { what: "all that an app fetches: with decisions and shapes", entry: "core.ts", limit: 23_500 },
  { what: "one constant of the schema (tree-shaking)", entry: "one-constant.ts", limit: 300 },
];

async function bundle({ entry, without = [] }: Budget): Promise<Uint8Array> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, ".tools/size", entry)],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@healthbridge/source"],
    external: [...without],
    legalComments: "none",
    logLevel: "silent",
  });
  const zod = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([path, { bytesInOutput }]) => path.includes("/zod/") && bytesInOutput > 0),
  );
  if (zod.length > 0) throw new Error(`a phone would fetch ${zod.map(([path]) => path).join(", ")}`);
  return outputFiles[0]?.contents ?? new Uint8Array();
}

async function measure(budget: Budget): Promise<boolean> {
  const { what, limit } = budget;
  const code = await bundle(budget);
  const gzip = gzipSync(code, { level: 9 }).length;
  const columns = [gzip, limit, code.length]
    .map((bytes) => bytes.toLocaleString("en").padStart(7))
    .join("  ");
  const goal = limit > GOAL ? `  (goal ${GOAL.toLocaleString("en")}: ${gzip - GOAL} bytes to go)` : "";
  console.log(`${columns}  ${what}${goal}${gzip > limit ? `  TOO LARGE by ${gzip - limit} bytes` : ""}`);
  return gzip <= limit;
}

console.log("   gzip    limit  minified  what");
try {
  for (const budget of budgets) if (!(await measure(budget))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
