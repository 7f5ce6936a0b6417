/**
 * What a phone has to fetch: bundles what an application would import, minified for browsers, with nothing left outside, and compares the gzipped
 * bytes with a limit. What a bundle may not hold is refused: zod in any, decisions in the core. The last entry proves that unused parts are left out.
 */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");

const ZOD = /\/zod\//;
const DECISIONS = /^schema\/src\/operations\/(?!judged\.)/;
/** Parts of which an app that shows nothing of them must fetch nothing. */
const PARTS =
  /^client-sdk\/src\/(chat|documents|schedule)\/|^client-sdk\/src\/react\/(conversation|documents|earlier|schedule)/;
const PARTS_THEMSELVES = /^client-sdk\/src\/(chat\/(?!shown-message)|documents\/)/;

interface Budget {
  readonly what: string;
  readonly entry: string;
  /** gzipped bytes */
  readonly limit: number;
  /** modules no byte of which may be in the bundle */
  readonly refused: readonly RegExp[];
  /** packages that the app brings */
  readonly outside?: readonly string[];
}

const budgets: readonly Budget[] = [
  {
    what: "the core: outbox, replica, sync, session, IndexedDB store",
    entry: "core.ts",
    limit: 20_000,
    refused: [ZOD, DECISIONS],
  },
  // What was reached, and a little: it goes up for nothing but what somebody would miss.
  {
    what: "with forecasts: all that an app fetches",
    entry: "with-forecasts.ts",
    limit: 29_600,
    refused: [ZOD],
  },
  {
    what: "the addition for schedules, on its own (it shares a good part with the SDK)",
    entry: "schedule.ts",
    limit: 7_500,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "the addition for chat, on its own (it shares a good part with the SDK)",
    entry: "chat.ts",
    limit: 7_450,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "the addition for a socket, on its own (it shares a good part with the SDK)",
    entry: "realtime.ts",
    limit: 7_450,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "the addition for calls, beside the line",
    entry: "calls.ts",
    limit: 3_700,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "the addition for documents, without Yjs (it shares a good part with the SDK)",
    entry: "documents.ts",
    limit: 10_200,
    refused: [ZOD, DECISIONS],
    outside: ["yjs"],
  },
  {
    what: "the addition for photos and voice notes, on its own (it shares a good part with the SDK)",
    entry: "attachments.ts",
    limit: 9_800,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "the addition for words: what became of it, for a patient",
    entry: "words.ts",
    limit: 4_100,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "the hooks of the core, without React; nothing of chat, documents and schedules is among them",
    entry: "react.ts",
    limit: 2_650,
    refused: [ZOD, DECISIONS, PARTS],
    outside: ["react"],
  },
  {
    what: "all hooks, without React: with the search of schedules, but not with chat and documents themselves",
    entry: "react-all.ts",
    limit: 7_200,
    refused: [ZOD, DECISIONS, PARTS_THEMSELVES],
    outside: ["react"],
  },
  {
    what: "the inspector for developers, before it is opened",
    entry: "devtools.ts",
    limit: 2_400,
    refused: [ZOD, DECISIONS, /^client-sdk\/src\/devtools\/(panel|views|style)/],
    outside: ["./panel.ts"],
  },
  {
    what: "what is fetched when the inspector is opened (it shares a part with the SDK)",
    entry: "devtools-panel.ts",
    limit: 8_200,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "the addition for encryption at rest, AES included (it shares a good part with the SDK)",
    entry: "vault.ts",
    limit: 15_000,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "the addition for queues in files, on its own (it shares a good part with the SDK)",
    entry: "transfer.ts",
    limit: 7_000,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "the addition for browsers: updates, storage, data, push; on its own (it shares a part with the SDK)",
    entry: "web.ts",
    limit: 11_300,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "a service worker, all of it",
    entry: "service-worker.ts",
    limit: 3_350,
    refused: [ZOD, DECISIONS],
  },
  {
    what: "the store for React Native, on its own",
    entry: "expo.ts",
    limit: 3_300,
    refused: [ZOD, DECISIONS],
  },
  { what: "one constant of the schema (tree-shaking)", entry: "one-constant.ts", limit: 300, refused: [ZOD] },
];

async function bundle({ entry, refused, outside = [] }: Budget): Promise<Uint8Array> {
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
    external: [...outside],
    legalComments: "none",
    logLevel: "silent",
  });
  const inside = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : [])),
  );
  const wrong = inside.filter((path) => refused.some((pattern) => pattern.test(path)));
  if (wrong.length > 0) throw new Error(`${entry}: a phone would fetch ${wrong.join(", ")}`);
  return outputFiles[0]?.contents ?? new Uint8Array();
}

async function measure(budget: Budget): Promise<boolean> {
  const { what, limit } = budget;
  const code = await bundle(budget);
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
