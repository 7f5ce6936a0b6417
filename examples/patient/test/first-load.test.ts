import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

/** What issue 6 allows for all that is fetched before the app can be used: its first screen, and the service worker that keeps it. */
const FIRST_LOAD_BYTES = 60_000;
/** And all that is fetched until somebody who has signed in sees her appointments: the SDK, and the app behind the door. */
const FIRST_USE_BYTES = 113_000;

/** What is fetched when somebody comes in. Everything else that is imported late, but what is below, is part of the first load. */
const INSIDE = [
  /^src\/(app\/(inside\.tsx|device-network\.ts)|words\/words\.ts)$/,
  /design\/src\/shell\/web-inside\.ts$/,
  // The SDK: it shares most of what it is made of, so the bundler names its chunk after its folder.
  /^_src-[\w-]+\.js$|client-sdk\/src\/index\.ts$/,
];
/** What is fetched when somebody goes there, and not before. */
const LATER = [
  /^src\/screens\/(finding\.ts|(move|messages|family|more|register)\.tsx)$/,
  /^src\/(chat\/conversation|intake\/intake)\.tsx$/,
  /\/(sw|hi)\.ts$/,
  /client-sdk\/src\/(chat|attachments|realtime|calls|documents)\/index\.ts$/,
  /design\/src\/calls\/index\.ts$/,
  /client-sdk\/src\/words\.ts$/,
];

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "healthbridge-first-load-"));
let chunks: Readonly<Record<string, Chunk>> = {};

beforeAll(async () => {
  vi.stubEnv("NODE_ENV", "production");
  await build({
    configFile: join(root, "vite.config.ts"),
    configLoader: "native",
    mode: "production",
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true, manifest: "chunks.json" },
  });
  chunks = JSON.parse(readFileSync(join(folder, "chunks.json"), "utf8"));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const gzip = (file: string): number => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;

/** Files that the page fetches by itself, from its script on, but what is imported late and matches one of these. */
function fetched(but: readonly RegExp[]): ReadonlySet<string> {
  const files = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const chunk = chunks[name];
    if (chunk === undefined || seen.has(name)) return;
    seen.add(name);
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const each of chunk.imports ?? []) visit(each);
    for (const each of chunk.dynamicImports ?? []) if (!but.some((later) => later.test(each))) visit(each);
  };
  visit("index.html");
  return files;
}

/** What a set of files comes to, with page, manifest, icon and service worker, which belong to every load. */
function weight(what: string, scripts: ReadonlySet<string>): number {
  const files = [...scripts, "index.html", "manifest.webmanifest", "icon.svg", "sw.js"];
  const sizes = files.map((file) => [file, gzip(file)] as const);
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  for (const [name, bytes] of [...sizes, [what, total] as const])
    console.log(String(bytes).padStart(7), name);
  return total;
}

test("the first load is at most 60 kB gzip: page, scripts, styles, manifest, icon, service worker", () => {
  expect(weight("the first load", fetched([...LATER, ...INSIDE]))).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
});

test("until her appointments are on the screen it is at most 113 kB in all", () => {
  expect(weight("until her appointments are there", fetched(LATER))).toBeLessThanOrEqual(FIRST_USE_BYTES);
});

test("chat, photos, the socket, documents with Yjs and the other languages are no part of it", () => {
  const names = Object.keys(chunks).filter((name) => LATER.some((later) => later.test(name)));
  expect(names.length).toBeGreaterThanOrEqual(12);
  const first = fetched(LATER);
  expect(names.map((name) => chunks[name]?.file ?? "").filter((file) => first.has(file))).toEqual([]);
  const early = [...first]
    .filter((file) => file.endsWith(".js"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
  expect(early.filter((code) => code.includes("tus-resumable") || code.includes("YText"))).toEqual([]);
});

test("nothing of the app comes from elsewhere, and nothing in the page is written inline", () => {
  const page = readFileSync(join(folder, "index.html"), "utf8");
  expect(page.match(/(src|href)="[^"]*"/g)?.filter((link) => !/="\/patient\//.test(link))).toEqual([]);
  expect(page).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=/);
  const scripts = [...fetched(LATER), "sw.js"].filter((file) => file.endsWith(".js"));
  const addresses = scripts.flatMap(
    (file) => readFileSync(join(folder, file), "utf8").match(/https?:\/\/[\w.-]+/g) ?? [],
  );
  // Names of kinds of markup, and a stand-in where a path is read, which nobody fetches.
  expect([...new Set(addresses)].filter((address) => !/www\.w3\.org|\/\/a$/.test(address))).toEqual([]);
});
