/**
 * One project per kind of test; the suffix of a file says what it needs:
 *
 * - `*.test.ts` nothing but the code,
 * - `*.dom.test.ts` a page (happy-dom), or a module in another one's place, which the next file must not find there,
 * - `*.db.test.ts` a real database,
 * - `*.net.test.ts` real sockets (and the database),
 * - `*.spine.test.ts` whole processes that are killed and started again, or tests that take too long for `npm test`; `npm run test:spine`,
 * - `*.model.test.ts` both MariaDB and MySQL, or the one that TEST_DATABASE_URL names; `npm run test:model`,
 * - `*.hostile.test.ts` a server under attack; `npm run test:hostile`,
 * - `*.browser.test.ts` a Chromium, found or installed, and for the apps a database; `npm run test:browser`, not part of `npm test`.
 *
 * Packages resolve to their sources, so nothing has to be built first.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = join(import.meta.dirname, "..");
const sources = "@healthbridge/source";
/** What vite assumes for code that runs in Node, with our sources first. */
const conditions = [sources, "module", "node", "development|production"];
const folders = ["{schema,server,client-sdk,bench}/test", "examples/*/test", "tests"];
const needs = ["dom", "db", "net", "spine", "model", "hostile", "browser"];
const database = existsSync(join(root, "tests/setup/database.ts"))
  ? [join(import.meta.dirname, "vitest-database.ts")]
  : [];

const bothDatabases = [join(root, "tests/model/support/both-databases.ts")];

function project(name: string, groupOrder: number, options: object) {
  return { extends: true as const, test: { name, sequence: { groupOrder }, ...options } };
}

const endingIn = (suffix: string): string[] =>
  folders.map((folder) => `${folder}/**/*${suffix}.test.{ts,tsx}`);

export default defineConfig({
  root,
  cacheDir: join(root, "node_modules/.cache/vite"),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // What is rendered is rendered by Preact.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    // Two workers suit two cores; a test that talks to a server has that server beside it.
    maxWorkers: 2,
    execArgv: [`--conditions=${sources}`, "--disable-warning=ExperimentalWarning"],
    passWithNoTests: true,
    allowOnly: false,
    restoreMocks: true,
    // Whoever waits for a condition waits no longer for this where it comes; the machine may have others to serve.
    expect: { poll: { timeout: 20_000 } },
    unstubGlobals: true,
    coverage: {
      provider: "v8",
      include: ["{schema,server,client-sdk}/src/**/*.ts", "examples/*/src/**/*.ts"],
      reporter: ["text-summary", "html"],
      reportsDirectory: join(root, "coverage"),
    },
    projects: [
      project("pure", 0, {
        include: endingIn(""),
        exclude: needs.flatMap((need) => endingIn(`.${need}`)),
        // Files share what they have loaded, which took most of their time.
        isolate: false,
        // Some draw thousands of cases; on a machine that others use too that takes more than the usual five seconds.
        testTimeout: 20_000,
      }),
      project("dom", 1, {
        include: endingIn(".dom"),
        environment: "happy-dom",
        testTimeout: 20_000,
      }),
      project("db", 2, {
        include: endingIn(".db"),
        globalSetup: database,
        // Files share the loaded server, which took a fifth of the time; each has a database of its own.
        isolate: false,
        testTimeout: 30_000,
        hookTimeout: 120_000,
      }),
      project("net", 3, {
        include: endingIn(".net"),
        globalSetup: database,
        isolate: false,
        testTimeout: 30_000,
        hookTimeout: 120_000,
      }),
      project("spine", 4, {
        include: endingIn(".spine"),
        // Whole programs and browsers on a machine that others use as well: what fails twice in a row is wrong, and the report says what was tried again.
        retry: 1,
        globalSetup: database,
        fileParallelism: false,
        testTimeout: 300_000,
        hookTimeout: 300_000,
      }),
      project("model", 5, {
        include: endingIn(".model"),
        globalSetup: bothDatabases,
        fileParallelism: false,
        testTimeout: 300_000,
        hookTimeout: 300_000,
      }),
      project("hostile", 6, {
        include: endingIn(".hostile"),
        globalSetup: database,
        fileParallelism: false,
        testTimeout: 300_000,
        hookTimeout: 300_000,
      }),
      project("browser", 7, {
        include: endingIn(".browser"),
        retry: 1,
        globalSetup: database,
        fileParallelism: false,
        testTimeout: 120_000,
        hookTimeout: 300_000,
      }),
    ],
  },
});
