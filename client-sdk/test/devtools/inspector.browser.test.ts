/** The inspector in a real Chromium, on a page whose content security policy allows nothing inline. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import axe from "axe-core";
import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findChromium, type RunningChromium, startChromium } from "../../../tests/setup/chromium.ts";

declare global {
  /** In the page, what its script leaves there. */
  var inspectorPage: {
    readonly refused: readonly string[];
    readonly lineIs: () => string;
    readonly waiting: () => number;
    readonly register: (name: string) => Promise<void>;
    readonly sync: () => Promise<void>;
    readonly openAndClose: () => void;
    readonly openWithout: () => void;
    readonly session: () => Promise<string>;
  };
}

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; require-trusted-types-for 'script'";
/** For the page, where `axe` is. */
const VIOLATIONS =
  "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))";
const PAGE =
  '<!doctype html><html lang="en"><title>An app</title><link rel="icon" href="data:,"><script type="module" src="/inspector-page.js"></script><main><h1>An app</h1><button type="button">Inspect</button></main></html>';

let chromium: RunningChromium;
let context: BrowserContext;
let profile: string;
let page: Page;
const files = new Map<string, string>();
const asked: string[] = [];

beforeAll(async () => {
  await findChromium();
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "inspector-page.ts")],
    bundle: true,
    splitting: true,
    write: false,
    outdir: "/",
    format: "esm",
    platform: "browser",
    conditions: ["@healthbridge/source"],
    target: "es2024",
    logLevel: "silent",
  });
  for (const { path, text } of outputFiles) files.set(`/${basename(path)}`, text);
  profile = await mkdtemp(join(tmpdir(), "healthbridge-chromium-"));
  chromium = await startChromium(profile);
  const [first] = chromium.browser.contexts();
  if (first === undefined) throw new Error("Chromium has no profile open.");
  context = first;
}, 300_000);

afterAll(async () => {
  await chromium.kill();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

beforeEach(async () => {
  page = await context.newPage();
  asked.length = 0;
  await page.route("http://localhost/**", (route) => {
    const { pathname } = new URL(route.request().url());
    asked.push(pathname);
    const script = files.get(pathname);
    return route.fulfill({
      contentType: script === undefined ? "text/html" : "text/javascript",
      headers: { "content-security-policy": CSP },
      body: script ?? PAGE,
    });
  });
  await page.goto("http://localhost/app");
  await page.waitForSelector("html[data-ready]");
});

afterEach(async () => {
  const refused = await page.evaluate(() => inspectorPage.refused);
  await page.close();
  if (refused.length > 0) throw new Error(`The content security policy refused ${refused.join(", ")}.`);
});

const open = async (): Promise<void> => {
  await page.getByRole("button", { name: "Inspect" }).click();
  await page.getByRole("tab", { name: /^Queue/ }).waitFor();
};

const tab = (name: string) => page.getByRole("tab", { name: new RegExp(`^${name}`) });
const lines = () => page.locator(".row");

describe("the inspector", () => {
  test("is fetched when it is opened, and not before", async () => {
    const before = asked.length;
    await open();
    expect(asked.slice(before)).toEqual([expect.stringMatching(/^\/panel-.*\.js$/)]);
  });

  test("that was closed before it was there does not appear", async () => {
    const fetched = page.waitForResponse(/panel-.*\.js$/);
    await page.evaluate(() => inspectorPage.openAndClose());
    await (await fetched).finished();
    await open(); // the same module: by now the first would be there as well
    expect(await page.locator("[data-healthbridge-inspector]").count()).toBe(1);
  });

  test("shows what waits and why, and follows as that changes", async () => {
    await open();
    await expect.poll(() => lines().count()).toBe(3);
    const first = lines().first();
    expect(await first.textContent()).toContain("syncing in the background is off");
    await page.evaluate(() => inspectorPage.register("Akinyi"));
    await expect.poll(() => lines().count()).toBe(4);
    expect(await tab("Queue").textContent()).toBe("Queue4");
  });

  test("takes the network away and gives it back", async () => {
    await open();
    expect(await page.getByRole("radio", { name: "Offline" }).isChecked()).toBe(true);
    await page.getByRole("radio", { name: "As it is" }).check();
    expect(await page.evaluate(() => inspectorPage.lineIs())).toBe("normal");
    await page.evaluate(() => inspectorPage.sync());
    await page.getByText("Nothing waits to be sent.").waitFor();
    expect(await page.evaluate(() => inspectorPage.waiting())).toBe(0);
  });

  test("goes by keyboard: arrows between tabs, lines that open, Escape, and back to where one was", async () => {
    await open();
    await page.keyboard.press("ArrowRight");
    expect(await tab("Outcomes").getAttribute("aria-selected")).toBe("true");
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.id)).toBe(
      "tab-outcomes",
    );
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Tab"); // the page
    await page.keyboard.press("Tab"); // its first line
    await page.keyboard.press("Enter");
    await page.getByText('"Otieno Ouma"').first().waitFor();
    // A line stays open, and in focus, while others come.
    await page.evaluate(() => inspectorPage.register("Akinyi"));
    await expect.poll(() => lines().count()).toBe(4);
    expect(await page.locator("details[open]").count()).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName)).toBe(
      "SUMMARY",
    );
    await page.keyboard.press("Escape");
    expect(await page.locator("[data-healthbridge-inspector]").count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Inspect");
  });

  test("finds entities, and keeps what is asked while they change", async () => {
    await open();
    await tab("Entities").click();
    await page.getByLabel("Kind").selectOption("patient");
    await page.getByLabel("Text").fill("otieno");
    await expect.poll(() => lines().count()).toBe(1);
    await page.evaluate(() => inspectorPage.register("Otieno Odhiambo"));
    await expect.poll(() => lines().count()).toBe(2);
    expect(await page.getByLabel("Text").inputValue()).toBe("otieno");
    expect(await page.getByLabel("Kind").inputValue()).toBe("patient");
  });

  test("shows and exports no token, on any page", async () => {
    const session = JSON.parse(await page.evaluate(() => inspectorPage.session())) as Record<string, string>;
    await open();
    let seen = "";
    for (const name of ["Queue", "Outcomes", "Entities", "Feeds", "Requests", "Status"]) {
      await tab(name).click();
      for (const summary of await page.locator("summary").all()) await summary.click();
      seen += await page.locator(".page").textContent();
    }
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export JSON" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("healthbridge-inspector.json");
    const exported = await readFile(await file.path(), "utf8");
    expect(JSON.parse(exported)).toMatchObject({ queue: expect.any(Array), line: "offline" });
    expect(seen.length).toBeGreaterThan(1_000);
    for (const name of ["accessToken", "refreshToken"]) {
      const token = session[name] ?? "";
      expect(token.length).toBeGreaterThan(10);
      expect(seen + exported).not.toContain(token);
    }
  });

  test("without an inspectable runtime switches syncing in the background, and says what is not seen", async () => {
    await page.evaluate(() => inspectorPage.openWithout());
    await page.getByRole("button", { name: "Sync in the background" }).click();
    await page.getByRole("button", { name: "Stop syncing in the background" }).click();
    await tab("Requests").click();
    await page.getByText("inspectable()").waitFor();
    await tab("Feeds").click();
    expect(await page.locator(".empty").textContent()).toContain("Hand in `store`");
  });

  test.each([
    [320, "light"],
    [320, "dark"],
    [1_280, "light"],
    [1_280, "dark"],
  ] as const)("fits %d pixels in %s, with nothing that hinders anybody", async (width, colorScheme) => {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    await open();
    await page.evaluate(axe.source);
    for (const name of ["Queue", "Outcomes", "Entities", "Feeds", "Requests", "Status"]) {
      await tab(name).click();
      const found: unknown = await page.evaluate(VIOLATIONS);
      expect({ name, found }).toEqual({ name, found: [] });
      const over = await page
        .locator(".page")
        .evaluate((element) => element.scrollWidth - element.clientWidth);
      expect({ name, over }).toEqual({ name, over: 0 });
    }
  });
});
