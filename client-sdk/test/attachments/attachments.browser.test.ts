/** Photos in a real Chromium: its pictures, its IndexedDB, its digests. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findChromium, type RunningChromium, startChromium } from "../../../tests/setup/chromium.ts";
import type * as AttachmentsPage from "./attachments-page.ts";

declare global {
  /** In the page, what its script exports. */
  var attachmentsPage: typeof AttachmentsPage;
}

let chromium: RunningChromium;
let profile: string;
let page: Page;

beforeAll(async () => {
  await findChromium();
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "attachments-page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "attachmentsPage",
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
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Photos</title>" }),
  );
  await page.goto("http://localhost/photos");
  await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
}, 300_000);

afterAll(async () => {
  await chromium.kill();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

test.each([
  [1_600, 1_200, 240, 180],
  [900, 1_600, 135, 240],
  [120, 90, 120, 90],
])(
  "a photo of %d by %d is kept, survives that the app is closed, and is sent with a thumbnail the browser made",
  async (width, height, smallWidth, smallHeight) => {
    const seen = await page.evaluate(([wide, high]) => attachmentsPage.attachAndSend(wide, high), [
      width,
      height,
    ] as const);
    expect(seen).toMatchObject({ offline: "offline", problem: undefined, state: "sent" });
    const { file, kept, thumbnail = Infinity, arrived } = seen.sizes;
    expect(kept).toBe(file);
    expect(thumbnail).toBeLessThanOrEqual(16_384);
    expect(arrived).toBe(file + thumbnail);
    expect(seen.thumbnail).toEqual({ type: "image/jpeg", width: smallWidth, height: smallHeight });
  },
);
