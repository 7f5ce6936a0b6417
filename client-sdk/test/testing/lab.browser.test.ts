/** The lab in a real Chromium: time stands still there as well, and the same seed runs the same way. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findChromium, type RunningChromium, startChromium } from "../../../tests/setup/chromium.ts";
import type * as LabPage from "./lab-page.ts";

declare global {
  /** In the page, what its script exports. */
  var labPage: typeof LabPage;
}

let chromium: RunningChromium;
let profile: string;
let page: Page;

beforeAll(async () => {
  await findChromium();
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "lab-page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "labPage",
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
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>A lab</title>" }),
  );
  await page.goto("http://localhost/lab");
  await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
}, 300_000);

afterAll(async () => {
  await chromium.kill();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

const live = (preset: "2g" | "lan", seed: number): Promise<readonly string[]> =>
  page.evaluate(([how, chance]) => labPage.live(how, chance), [preset, seed] as const);

test.each(["2g", "lan"] as const)(
  "a day on %s ends with everything booked, the same way each time",
  async (preset) => {
    const once = await live(preset, 7);
    expect(once.filter((line) => line.endsWith("applied"))).toHaveLength(16);
    expect(once.at(-1)).toContain("8 booked");
    expect(await live(preset, 7)).toEqual(once);
    expect(await live(preset, 8)).not.toEqual(once);
  },
);
