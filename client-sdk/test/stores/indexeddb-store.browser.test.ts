/** The IndexedDB store in a real Chromium: the conformance suite, kills, a quota, tabs, and data cleared behind its back. */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeConformance } from "@healthbridge/client-sdk/testing";
import { build } from "esbuild";
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, type RunningChromium, startChromium } from "../../../tests/setup/chromium.ts";
import type * as StorePage from "./store-page.ts";

declare global {
  /** In the page, what its script exports. */
  var storePage: typeof StorePage;
}

const ORIGIN = "http://localhost";
let script = "";
const running = new Set<RunningChromium>();
const profiles: string[] = [];

beforeAll(async () => {
  await findChromium();
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "store-page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "storePage",
    conditions: ["@healthbridge/source"],
    target: "es2024",
    logLevel: "silent",
  });
  script = outputFiles[0]?.text ?? "";
}, 300_000);

afterAll(async () => {
  for (const chromium of running) await chromium.kill();
  for (const profile of profiles) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

async function freshProfile(): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), "healthbridge-chromium-"));
  profiles.push(profile);
  return profile;
}

async function start(profile: string): Promise<RunningChromium> {
  const chromium = await startChromium(profile);
  running.add(chromium);
  return chromium;
}

/** A tab of our site, which is served from here: no network, no server. */
async function openPage({ browser }: RunningChromium): Promise<Page> {
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error("Chromium has no profile open.");
  const page = await context.newPage();
  await page.route(`${ORIGIN}/**`, (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>A page with a store</title>" }),
  );
  await page.goto(`${ORIGIN}/stores`);
  await page.addScriptTag({ content: script });
  return page;
}

async function debug(page: Page): Promise<CDPSession> {
  return page.context().newCDPSession(page);
}

describe("in Chromium", () => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage(await start(await freshProfile()));
  }, 60_000);

  // The same suite, collected here for its statements and run there.
  storeConformance(
    { name: "IndexedDB store in Chromium", open: () => Promise.reject(new Error("runs in the page")) },
    {
      describe,
      test(statement) {
        // oxlint-disable-next-line vitest/valid-title -- the statements are the suite's
        test(statement, async () => {
          expect(await page.evaluate((wanted) => storePage.run(wanted), statement)).toBe(undefined);
        });
      },
      expect,
    },
  );
});

describe("IndexedDB store in Chromium, killed", () => {
  test("SIGKILL of the whole browser loses nothing acknowledged and leaves nothing half", async () => {
    const profile = await freshProfile();
    let kept = 0;
    for (const atLeast of [5, 50, 150]) {
      const chromium = await start(profile);
      const page = await openPage(chromium);
      let acknowledged = kept;
      const enough = Promise.withResolvers<undefined>();
      await page.exposeFunction("acknowledge", (number: number) => {
        acknowledged = number;
        if (number >= kept + atLeast) enough.resolve(undefined);
      });
      const writing = page.evaluate(async () => {
        storePage.open("killed");
        const { acknowledge } = globalThis as typeof globalThis & {
          acknowledge: (number: number) => Promise<void>;
        };
        await storePage.writeForEver(acknowledge);
      });
      // The page ends with the browser.
      const cut = writing.then(
        () => "the page went on",
        () => "cut",
      );
      await enough.promise;
      await chromium.kill();
      expect(await cut).toBe("cut");
      kept = await wholePairs(profile);
      expect(kept).toBeGreaterThanOrEqual(acknowledged);
    }
  }, 120_000);
});

/** Opens the profile again and counts its pairs; fails where one of them is not whole. */
async function wholePairs(profile: string): Promise<number> {
  const chromium = await start(profile);
  const page = await openPage(chromium);
  const { count, outbox, outcome } = await page.evaluate(() => {
    storePage.open("killed");
    return storePage.pairs();
  });
  await chromium.close();
  const wanted = Array.from({ length: Number(count) }, (_, index) => String(index + 1).padStart(8, "0"));
  expect(outbox).toEqual(wanted);
  expect(outcome).toEqual(wanted);
  return wanted.length;
}

describe("IndexedDB store in Chromium, full", () => {
  test("a write beyond the quota is refused, all older rows are there, and something urgent still fits", async () => {
    const page = await openPage(await start(await freshProfile()));
    const session = await debug(page);
    // Before the first write: Chromium remembers for a while how much room there was.
    await session.send("Storage.overrideQuotaForOrigin", { origin: ORIGIN, quotaSize: 1_000_000 });
    await page.evaluate(() => storePage.open("full"));
    const written: string[] = [];
    let answer = "";
    for (;;) {
      const key = String(written.length).padStart(3, "0");
      // Larger than what the ballast is given up for.
      answer = await page.evaluate((name) => storePage.write(name, 40_000), key);
      if (answer !== "written") break;
      written.push(key);
    }
    expect(answer).toBe("store_full");
    expect(written.length).toBeGreaterThan(10);
    expect(await page.evaluate(() => storePage.keys())).toEqual(written);
    // Less than 40 kB were left. What is urgent and small may use what the ballast took as well, about 260 kB.
    let urgent = 0;
    while ((await page.evaluate((name) => storePage.write(name, 10_000), `urgent ${urgent}`)) === "written")
      urgent += 1;
    expect(urgent).toBeGreaterThan(15);
    expect((await page.evaluate(() => storePage.keys())).length).toBe(written.length + urgent);
    await page.evaluate(() => storePage.clear());
    expect(await page.evaluate(() => storePage.keys())).toEqual([]);
  }, 60_000);

  test("trying again and again does not use up the disk", async () => {
    const profile = await freshProfile();
    const page = await openPage(await start(profile));
    const session = await debug(page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: ORIGIN, quotaSize: 600_000 });
    await page.evaluate(() => storePage.open("again"));
    // Rows of ten thousand bytes: what Chromium keeps in its log, not in files of their own.
    while ((await page.evaluate(() => storePage.writeMany(10))) === "written");
    const before = await bytesIn(join(profile, "Default/IndexedDB"));
    for (let time = 0; time < 20; time += 1) {
      expect(await page.evaluate(() => storePage.writeMany(10))).toBe("store_full");
    }
    // The first row of each reaches the log, three times over as it replaces one. With all ten of them it was six million bytes.
    expect(await bytesIn(join(profile, "Default/IndexedDB"))).toBeLessThan(before + 1_000_000);
  }, 60_000);
});

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    // The browser may remove one while we look.
    files.map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe("IndexedDB store in Chromium, shared and interrupted", () => {
  let chromium: RunningChromium;
  beforeAll(async () => {
    chromium = await start(await freshProfile());
  }, 60_000);

  test("increments of two tabs all count", async () => {
    const tabs = [await openPage(chromium), await openPage(chromium)];
    await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(() => {
          storePage.open("tabs");
          return storePage.increment(50);
        }),
      ),
    );
    expect(await tabs[0]?.evaluate(() => storePage.increment(0))).toBe(100);
  });

  test("when the browser clears the site's data in the middle of a transaction, it is done again on a new database", async () => {
    const page = await openPage(chromium);
    const session = await debug(page);
    await page.exposeFunction("pause", () =>
      session.send("Storage.clearDataForOrigin", { origin: ORIGIN, storageTypes: "indexeddb" }),
    );
    const runs = await page.evaluate(async () => {
      storePage.open("cleared");
      await storePage.write("before", 100);
      const { pause } = globalThis as typeof globalThis & { pause: () => Promise<void> };
      return storePage.writeAroundPause(pause);
    });
    expect(runs).toBe(2);
    expect(await page.evaluate(() => storePage.keys())).toEqual(["first", "second"]);
  });
});
