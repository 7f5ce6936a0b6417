/** A call in a real Chromium: its WebRTC, from the first ring to the end. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findChromium, type RunningChromium, startChromium } from "../../../tests/setup/chromium.ts";
import type * as CallsPage from "./calls-page.ts";

declare global {
  /** In the page, what its script exports. */
  var callsPage: typeof CallsPage;
}

let chromium: RunningChromium;
let profile: string;
let page: Page;

beforeAll(async () => {
  await findChromium();
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "calls-page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "callsPage",
    platform: "browser",
    conditions: ["@healthbridge/source"],
    target: "es2024",
    logLevel: "silent",
  });
  profile = await mkdtemp(join(tmpdir(), "healthbridge-chromium-"));
  chromium = await startChromium(profile);
  const [context] = chromium.browser.contexts();
  if (context === undefined) throw new Error("Chromium has no profile open.");
  page = await context.newPage();
  await page.route("http://localhost/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Calls</title>" }),
  );
  await page.goto("http://localhost/calls");
  await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
}, 300_000);

afterAll(async () => {
  await chromium.kill();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

test("two ends hear and see each other, and both know when it is over", async () => {
  expect(await page.evaluate(() => callsPage.talk())).toEqual({ sound: ["live"], ends: ["over", "over"] });
});
