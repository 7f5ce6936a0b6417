import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { build, type Plugin } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appConfig } from "../vite/app-config.ts";

const root = join(import.meta.dirname, "fixture");
let folder = "";
let files: readonly string[] = [];
const read = (path: string) => readFile(join(folder, path), "utf8");
const like = (pattern: RegExp): string =>
  files.find((file) => pattern.test(file)) ?? `nothing like ${pattern.source}`;

/** Builds the fixture. */
async function buildInto(outDir: string, more: readonly Plugin[] = []): Promise<void> {
  const { plugins = [], ...config } = appConfig("fixture", root, {
    name: "Fixture",
    description: "To be built.",
  });
  const options = { ...config, configFile: false, logLevel: "silent" } as const;
  await build({ ...options, plugins: [...plugins, ...more], build: { ...config.build, outDir } });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hb-built-"));
  await buildInto(folder);
  files = await readdir(folder, { recursive: true });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a built app", () => {
  test("is named by its content, below its own path, with nothing inline", async () => {
    const page = await read("index.html");
    expect(page).toMatch(/<script type="module" crossorigin src="\/fixture\/assets\/[\w-]+\.js"><\/script>/);
    expect(page).toMatch(/<link rel="stylesheet" crossorigin href="\/fixture\/assets\/[\w-]+\.css">/);
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=|https?:\/\/(?!www\.w3\.org)/);
    expect(await read(like(/^assets\/.*\.js$/))).not.toMatch(/\b(eval|Function)\s*\(/);
  });

  test("can be installed: a manifest with its path, and icons that are there", async () => {
    const page = await read("index.html");
    expect(page).toContain('<link rel="manifest" href="/fixture/manifest.webmanifest">');
    const manifest: unknown = JSON.parse(await read("manifest.webmanifest"));
    expect(manifest).toMatchObject({
      name: "Fixture",
      start_url: "/fixture/",
      scope: "/fixture/",
      display: "standalone",
    });
    const { icons } = manifest as { icons: ReadonlyArray<{ src: string; purpose: string }> };
    for (const { src } of icons) expect(files).toContain(src.replace("/fixture/", ""));
    expect(icons.map(({ purpose }) => purpose)).toContain("maskable");
  });

  test("has one script as its service worker, with every file of the app in its list and none that is not there", async () => {
    const worker = await read("sw.js");
    expect(worker).not.toMatch(/^\s*(import|export)\b/m);
    const urls = [...worker.matchAll(/["'`](\/fixture\/[^"'`]*)["'`]/g)].map(([, url = ""]) => url);
    expect(urls[0]).toBe("/fixture/index.html");
    for (const url of urls) expect(files).toContain(url.replace("/fixture/", ""));
    for (const file of files.filter((each) => /^assets\/.*\.(js|css)$/.test(each)))
      expect(urls).toContain(`/fixture/${file}`);
    expect(worker).toMatch(/revision:\s*["'`][\da-f]{12}/);
    const digest = createHash("sha256")
      .update(await readFile(join(folder, "index.html")))
      .digest("base64");
    expect(worker).toContain(`sha256-${digest}`);
  });

  test("that cannot be built says what is wrong with its source, and nothing else", async () => {
    const breaks: Plugin = {
      name: "breaks",
      transform() {
        throw new Error("a bracket is missing");
      },
    };
    await expect(buildInto(join(folder, "never"), [breaks])).rejects.toThrow("a bracket is missing");
  });

  test("lies packed beside itself", async () => {
    for (const file of ["index.html", "sw.js", like(/^assets\/.*\.js$/), like(/^assets\/.*\.css$/)]) {
      const content = await readFile(join(folder, file));
      expect(gunzipSync(await readFile(join(folder, `${file}.gz`)))).toEqual(content);
      expect(brotliDecompressSync(await readFile(join(folder, `${file}.br`)))).toEqual(content);
    }
  });
});
