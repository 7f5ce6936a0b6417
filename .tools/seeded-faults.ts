/** Faults, one per file: where it is seeded, the source, and the rule that must refuse it. */
type Fault = readonly [path: string, source: string, refusedBy: string];

const AMBIENT = "healthbridge/no-ambient";
const LAYERS = "healthbridge/layers";

/** Each is tried in every place where the core lives. */
const ambient = {
  "date-now": "export const a = (): number => Date.now();",
  "date-new": "export const a = (): Date => new Date();",
  "date-call": "export const a = (): string => Date();",
  "date-alias": "export const clock = Date.now;",
  "math-random": "export const a = (): number => Math.random();",
  "math-taken-apart": "const { random } = Math;\nexport const a = (): number => random();",
  "math-quoted": 'export const a = (): number => Math["random"]();',
  timeout: "export const a = (then: () => void): void => void setTimeout(then, 1);",
  interval: "export const a = (then: () => void): void => void setInterval(then, 1);",
  fetch: 'export const a = async (): Promise<unknown> => fetch("/");',
  "fetch-default": "export const a = (load: unknown = fetch): unknown => load;",
  "global-this": 'export const a = async (): Promise<unknown> => globalThis.fetch("/");',
  "global-date": "export const a = (): number => globalThis.Date.now();",
  "global-computed": "export const a = (name: keyof typeof globalThis): unknown => globalThis[name];",
  indexeddb: 'export const a = (): unknown => indexedDB.open("x");',
  "random-values": "export const a = (): unknown => crypto.getRandomValues(new Uint8Array(8));",
  uuid: "export const a = (): string => crypto.randomUUID();",
  performance: "export const a = (): number => performance.now();",
  navigator: "export const a = (): boolean => navigator.onLine;",
  "abort-timeout": "export const a = (): AbortSignal => AbortSignal.timeout(5);",
  websocket: 'export const a = (): unknown => new WebSocket("wss://example.org");',
  storage: 'export const a = (): unknown => localStorage.getItem("x");',
};

const cores = ["schema/src/operations", "client-sdk/src/outbox", "server/src/operations"];
const ambientFaults = cores.flatMap((core) =>
  Object.entries(ambient).map(([name, source]): Fault => [`${core}/${name}.ts`, source, AMBIENT]),
);

const importing = (specifier: string): string =>
  `import * as it from "${specifier}";\nexport const a: unknown = it;\n`;

const layerFaults: readonly Fault[] = [
  ["schema/src/layers/node.ts", importing("node:fs"), LAYERS],
  ["schema/src/layers/bare-node.ts", importing("crypto"), LAYERS],
  ["schema/src/layers/hono.ts", importing("hono"), LAYERS],
  ["schema/src/layers/drizzle.ts", importing("drizzle-orm/mysql-core"), LAYERS],
  ["schema/src/layers/server.ts", importing("@healthbridge/server"), LAYERS],
  ["schema/src/layers/tables.ts", importing("../tables/index.ts"), LAYERS],
  ["schema/src/layers/out.ts", importing("../../../server/src/index.ts"), LAYERS],
  ["schema/src/compiled/zod.ts", importing("zod/mini"), LAYERS],
  ["schema/src/compiled/shapes-with-zod.ts", importing("../shapes/ids.ts"), LAYERS],
  ["schema/src/tables/mysql.ts", importing("mysql2"), LAYERS],
  ["client-sdk/src/layers/node.ts", importing("node:sqlite"), LAYERS],
  [
    "client-sdk/src/layers/dynamic.ts",
    'export const a = async (): Promise<unknown> => import("node:fs");',
    LAYERS,
  ],
  ["client-sdk/src/layers/server.ts", importing("@healthbridge/server"), LAYERS],
  ["client-sdk/src/layers/type.ts", 'export type A = typeof import("@healthbridge/server");', LAYERS],
  ["client-sdk/src/layers/again.ts", 'export * from "@healthbridge/server";', LAYERS],
  ["client-sdk/src/layers/tables.ts", importing("@healthbridge/schema/tables"), LAYERS],
  ["client-sdk/src/layers/sqlite.ts", importing("../stores/sqlite/store.ts"), LAYERS],
  ["client-sdk/src/layers/through-index.ts", importing("../index.ts"), LAYERS],
  ["client-sdk/src/layers/testing.ts", importing("../testing/virtual-time.ts"), LAYERS],
  ["client-sdk/src/testing/layers/node.ts", importing("node:fs"), LAYERS],
  ["client-sdk/src/testing/layers/server.ts", importing("@healthbridge/server"), LAYERS],
  ["server/src/layers/client.ts", importing("@healthbridge/client-sdk"), LAYERS],
  ["server/src/layers/out.ts", importing("../../../client-sdk/src/index.ts"), LAYERS],
  ["examples/clinic-batch/src/server.ts", importing("@healthbridge/server"), LAYERS],
  ["examples/clinic-batch/src/schema.ts", importing("@healthbridge/schema"), LAYERS],
  [
    "examples/clinic-batch/src/tables.ts",
    'import type * as it from "@healthbridge/schema/tables";\nexport type A = typeof it;',
    LAYERS,
  ],
  ["client-sdk/test/server.test.ts", importing("@healthbridge/server"), LAYERS],
  ["server/test/client.test.ts", importing("@healthbridge/client-sdk"), LAYERS],
  [
    "server/src/timers/timers.ts",
    'import { setTimeout } from "node:timers/promises";\nexport const a: unknown = setTimeout;',
    AMBIENT,
  ],
  [
    "server/src/timers/random.ts",
    'import { randomBytes } from "node:crypto";\nexport const a: unknown = randomBytes;',
    AMBIENT,
  ],
  [
    "server/src/timers/whole-crypto.ts",
    'import crypto from "node:crypto";\nexport const a: unknown = crypto;',
    AMBIENT,
  ],
  [
    "server/src/timers/temporal.ts",
    'import { Temporal } from "temporal-polyfill";\nexport const a = (): unknown => Temporal.Now.instant();',
    AMBIENT,
  ],
  [
    "server/src/cycle/one.ts",
    'import { two } from "./two.ts";\nexport const one = (): unknown => two;',
    "import/no-cycle",
  ],
  [
    "server/src/cycle/two.ts",
    'import { one } from "./one.ts";\nexport const two = (): unknown => one;',
    "import/no-cycle",
  ],
];

const work = "declare function work(): Promise<void>;\n";

const codeFaults: readonly Fault[] = [
  [
    "server/src/code/floating.ts",
    `${work}export function a(): void {\n  work();\n}`,
    "typescript/no-floating-promises",
  ],
  [
    "server/src/code/misused.ts",
    `${work}export function a(list: readonly string[]): void {\n  list.forEach(async () => work());\n}`,
    "typescript/no-misused-promises",
  ],
  [
    "server/src/code/condition.ts",
    `${work}export const a = (): string => (work() ? "yes" : "no");`,
    "typescript/no-misused-promises",
  ],
  ["server/src/code/any.ts", "export const a = (b: any): unknown => b;", "typescript/no-explicit-any"],
  [
    "server/src/code/unsafe-member.ts",
    "export const a = (b: string): unknown => JSON.parse(b).c;",
    "typescript/no-unsafe-member-access",
  ],
  [
    "server/src/code/unsafe-assignment.ts",
    "export const a = (b: string): void => {\n  const c: string[] = JSON.parse(b);\n  void c;\n};",
    "typescript/no-unsafe-assignment",
  ],
  [
    "server/src/code/unsafe-call.ts",
    "export const a = (b: string): unknown => JSON.parse(b)();",
    "typescript/no-unsafe-call",
  ],
  [
    "server/src/code/unsafe-return.ts",
    "export const a = (b: string): string => JSON.parse(b);",
    "typescript/no-unsafe-return",
  ],
  [
    "server/src/code/unsafe-argument.ts",
    "export const a = (b: string): number => Number.parseInt(JSON.parse(b), 10);",
    "typescript/no-unsafe-argument",
  ],
  [
    "server/src/code/non-null.ts",
    "export const a = (b: string | undefined): string => b!;",
    "typescript/no-non-null-assertion",
  ],
  [
    "server/src/code/narrowing.ts",
    "export const a = (b: unknown): string => b as string;",
    "typescript/no-unsafe-type-assertion",
  ],
  [
    "server/src/code/double.ts",
    "export const a = (b: number): string => b as unknown as string;",
    "healthbridge/no-double-assertion",
  ],
  [
    "server/src/code/sort.ts",
    "export const a = (b: readonly number[]): number[] => b.toSorted();",
    "typescript/require-array-sort-compare",
  ],
  [
    "server/src/code/switch.ts",
    'export function a(b: "x" | "y"): number {\n  switch (b) {\n    case "x":\n      return 1;\n  }\n  return 0;\n}',
    "typescript/switch-exhaustiveness-check",
  ],
  ["server/src/code/default.ts", "export default 1;", "import/no-default-export"],
  ["server/src/code/enum.ts", 'export enum A {\n  B = "b",\n}', "healthbridge/no-runtime-types"],
  [
    "server/src/code/thrown.ts",
    'export const a = (): never => {\n  throw "text";\n};',
    "typescript/only-throw-error",
  ],
  ["server/src/code/console.ts", "export const a = (): void => console.log(1);", "eslint/no-console"],
  ["server/src/code/ignored.ts", "// @ts-ignore\nexport const a: number = 1;", "typescript/ban-ts-comment"],
  [
    "server/src/code/no-reason.ts",
    "// oxlint-disable-next-line typescript/no-explicit-any\nexport const a = (b: any): unknown => b;",
    "healthbridge/reasoned-disable",
  ],
  ["server/src/code/long-file.ts", "export {};\n".repeat(501), "eslint/max-lines"],
  [
    "server/src/code/long-function.ts",
    `export function a(b: number): number {\n${"  b += 1;\n".repeat(61)}  return b;\n}`,
    "eslint/max-lines-per-function",
  ],
  [
    "server/test/only.test.ts",
    'import { test } from "vitest";\ntest.only("a", () => undefined);',
    "vitest/no-focused-tests",
  ],
];

export const faults: readonly Fault[] = [...ambientFaults, ...layerFaults, ...codeFaults];

/** What looks similar and must pass. */
export const clean: readonly (readonly [path: string, source: string])[] = [
  ["schema/src/clean/instant.ts", "export const a = (at: number): Date => new Date(at);"],
  [
    "schema/src/clean/parse.ts",
    "export const a = (text: string): number => Date.parse(text) + Math.max(1, 2);",
  ],
  [
    "client-sdk/src/clean/injected.ts",
    'export const a = async (fetch: (path: string) => Promise<string>): Promise<string> => fetch("/");',
  ],
  [
    "client-sdk/src/clean/typed.ts",
    "export type Fetch = typeof fetch;\nexport type Timer = ReturnType<typeof setTimeout>;",
  ],
  [
    "client-sdk/src/clean/member.ts",
    "interface Runtime {\n  setTimeout(): void;\n}\nexport const a = (runtime: Runtime): void => runtime.setTimeout();",
  ],
  [
    "client-sdk/src/clean/digest.ts",
    'export const a = async (b: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> => crypto.subtle.digest("SHA-256", b);',
  ],
  ["client-sdk/src/adapters/runtime.ts", "export const a = (): number => Date.now();"],
  [
    "client-sdk/src/testing/clean/whole-schema.ts",
    'import { judge } from "@healthbridge/schema";\nexport const a = (type: string): boolean => "judged" in judge(type, {});',
  ],
  ["client-sdk/src/stores/idb.ts", 'export const a = (): unknown => indexedDB.open("x");'],
  [
    "client-sdk/src/stores/sqlite/store.ts",
    'import { DatabaseSync } from "node:sqlite";\nexport const a = (): DatabaseSync => new DatabaseSync(":memory:");',
  ],
  ["server/src/database/clock.ts", "export const a = (): number => Date.now();"],
  [
    "server/src/clean/hash.ts",
    'import { createHash } from "node:crypto";\nexport const a = (b: string): string => createHash("sha256").update(b).digest("hex");',
  ],
  [
    "schema/src/tables/table.ts",
    'import { mysqlTable, int } from "drizzle-orm/mysql-core";\nexport const a = mysqlTable("a", { id: int().primaryKey() });',
  ],
  [
    "examples/clinic-batch/src/typed.ts",
    'import type * as schema from "@healthbridge/schema";\nexport type A = typeof schema;',
  ],
];

/** What the compiler must refuse: the path, the source, its error. */
export const typeFaults: readonly Fault[] = [
  ["schema/src/types/dom.ts", "export const a: unknown = document.title;", "TS2584"],
  ["schema/src/types/node.ts", "export const a: unknown = process.env;", "TS2591"],
  ["schema/src/types/index-access.ts", "export const a = (b: readonly string[]): string => b[0];", "TS2322"],
  ["schema/src/types/optional.ts", "export const a: { b?: string } = { b: undefined };", "TS2375"],
  ["schema/src/types/unused.ts", "export const a = (b: string): number => 1;", "TS6133"],
  ["schema/src/types/enum.ts", "export enum A {\n  B = 1,\n}", "TS1294"],
  ["client-sdk/src/types/node.ts", "export const a: unknown = process.env;", "TS2591"],
  [
    "server/src/types/signature.ts",
    "export const a = (b: Record<string, string>): string | undefined => b.c;",
    "TS4111",
  ],
];

/** The same for what the compiler asks of declarations. */
export const declarationFaults: readonly Fault[] = [
  ["client-sdk/src/types/inferred.ts", "export function a(b: string) {\n  return b.trim();\n}", "TS9013"],
];
