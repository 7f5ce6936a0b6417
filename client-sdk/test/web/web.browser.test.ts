/** The service worker, its updates, and an emptied or full store in a real Chromium. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, type RunningChromium, startChromium } from "../../../tests/setup/chromium.ts";
import type * as WebPage from "./web-page.ts";

declare global {
  /** In the page, what its script exports. */
  var webPage: typeof WebPage;
}

/** A site with an app of some version, which notes what it was asked for. */
class Site {
  version = "1";
  /** a file that cannot be had */
  missing: string | undefined;
  readonly asked: string[] = [];
  readonly #scripts: { readonly page: string; readonly worker: string };
  #server: Server | undefined;
  #port = 0;

  constructor(scripts: { readonly page: string; readonly worker: string }) {
    this.#scripts = scripts;
  }

  get origin(): string {
    return `http://localhost:${String(this.#port)}`;
  }

  async up(): Promise<void> {
    const server = createServer(({ url = "" }, response) => {
      this.asked.push(url);
      const [type, body] = this.#file(url);
      response.writeHead(type === "" ? 404 : 200, { "content-type": type, "cache-control": "no-cache" });
      response.end(body);
    });
    await new Promise<void>((resolve) => void server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async down(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => void this.#server?.close(() => resolve()));
  }

  #file(url: string): readonly [type: string, body: string] {
    const { version } = this;
    const assets = [
      { url: "/app/index.html", revision: version },
      { url: "/app/page.js", revision: "same" },
      { url: `/app/version-${version}.js` },
    ];
    if (url === this.missing) return ["", ""];
    if (url === "/app/sw.js")
      return ["text/javascript", `const ASSETS = ${JSON.stringify(assets)};\n${this.#scripts.worker}`];
    if (url === "/app/page.js") return ["text/javascript", this.#scripts.page];
    if (url === `/app/version-${version}.js`)
      return ["text/javascript", `document.title = "version ${version}"`];
    if (url === "/v1/doctors") return ["application/json", "[]"];
    if (!url.startsWith("/app/")) return ["", ""];
    const script = (name: string): string => `<script src="/app/${name}.js"></script>`;
    return [
      "text/html",
      `<!doctype html><title>none</title>${script("page")}${script(`version-${version}`)}`,
    ];
  }
}

let chromium: RunningChromium;
let profile: string;
let site: Site;

beforeAll(async () => {
  await findChromium();
  const bundle = async (options: object): Promise<string> => {
    const { outputFiles } = await build({
      bundle: true,
      write: false,
      format: "iife",
      conditions: ["@healthbridge/source"],
      target: "es2024",
      logLevel: "silent",
      ...options,
    });
    return outputFiles?.[0]?.text ?? "";
  };
  const script = `import { serveApp } from "@healthbridge/client-sdk/service-worker";
    serveApp(self, { name: "app", assets: ASSETS, shell: "/app/index.html" });`;
  site = new Site({
    page: await bundle({ entryPoints: [join(import.meta.dirname, "web-page.ts")], globalName: "webPage" }),
    worker: await bundle({ stdin: { contents: script, resolveDir: import.meta.dirname } }),
  });
  await site.up();
  profile = await mkdtemp(join(tmpdir(), "healthbridge-chromium-"));
  chromium = await startChromium(profile);
}, 300_000);

afterAll(async () => {
  await chromium.kill();
  await site.down();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

async function openApp(path = "/app/"): Promise<Page> {
  const [context] = chromium.browser.contexts();
  if (context === undefined) throw new Error("Chromium has no profile open.");
  const page = await context.newPage();
  await page.goto(site.origin + path);
  return page;
}

const seen = (page: Page) => page.evaluate(() => webPage.seen());

describe("an app with a service worker", () => {
  let page: Page;

  beforeAll(async () => {
    page = await openApp();
  });

  test("is ready to start without a network once its files are here", async () => {
    await page.evaluate(() => webPage.register());
    await expect.poll(() => seen(page)).toEqual({ offline: "ready", update: "none" });
  });

  test("starts from any of its addresses while the server is away", async () => {
    await site.down();
    for (const path of ["/app/", "/app/index.html", "/app/appointments/7?from=sms"]) {
      await page.goto(site.origin + path);
      expect(await page.title()).toBe("version 1");
    }
    await site.up();
  });

  test("keeps its files and no answer of the API", async () => {
    const answers = await page.evaluate(async () => [
      (await fetch("/v1/doctors")).status,
      (await fetch("/app/index.html", { headers: { authorization: "Bearer x" } })).status,
    ]);
    expect(answers).toEqual([200, 200]);
    expect(await page.evaluate(() => webPage.cached())).toEqual([
      "/app/index.html",
      "/app/page.js",
      "/app/version-1.js",
    ]);
  });

  test("is whole after an update that was cut, and takes the next one when its user says so", async () => {
    await page.goto(`${site.origin}/app/`);
    await page.evaluate(() => webPage.register());
    site.version = "2";
    site.missing = "/app/version-2.js";
    site.asked.length = 0;
    const update = () =>
      page.evaluate(async () => {
        await (await navigator.serviceWorker.ready).update().catch(() => undefined);
      });
    await update();
    await expect.poll(() => site.asked).toContain("/app/version-2.js");
    await page.reload();
    expect(await page.title()).toBe("version 1");
    await page.evaluate(() => webPage.register());
    site.missing = undefined;
    site.asked.length = 0;
    await update();
    await expect.poll(() => seen(page)).toEqual({ offline: "ready", update: "ready" });
    // The page itself had come the first time; only the rest is fetched.
    expect(site.asked).toEqual(["/app/sw.js", "/app/version-2.js"]);
    expect(await page.title()).toBe("version 1");
    const loaded = page.waitForEvent("load");
    await page.evaluate(() => webPage.apply());
    await loaded;
    expect(await page.title()).toBe("version 2");
    await expect
      .poll(() => page.evaluate(() => webPage.cached()))
      .toEqual(["/app/index.html", "/app/page.js", "/app/version-2.js"]);
  });

  test("in two tabs: the other one stays as it is until its user says so", async () => {
    const other = await openApp();
    for (const tab of [page, other]) await tab.evaluate(() => webPage.register());
    site.version = "3";
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect.poll(async () => (await seen(other)).update).toBe("ready");
    await expect.poll(async () => (await seen(page)).update).toBe("ready");
    const loaded = page.waitForEvent("load");
    await page.evaluate(() => webPage.apply());
    await loaded;
    expect(await page.title()).toBe("version 3");
    await expect.poll(async () => (await seen(other)).update).toBe("taken");
    expect(await other.title()).toBe("version 2");
    expect(await other.evaluate(async () => (await fetch("/app/version-2.js")).text())).toContain(
      "version 2",
    );
    await other.close();
  });

  test("is woken when a network comes back, and shows what the server pushes", async () => {
    const session = await page.context().newCDPSession(page);
    await page.context().grantPermissions(["notifications"], { origin: site.origin });
    await page.evaluate(() => webPage.register());
    const id = await registrationId(session, site.origin);
    const origin = site.origin;
    await session.send("ServiceWorker.dispatchSyncEvent", {
      origin,
      registrationId: id,
      tag: "healthbridge-waiting",
      lastChance: false,
    });
    await expect
      .poll(() => page.evaluate(() => webPage.heard))
      .toContainEqual({
        type: "healthbridge:wake",
        lastChance: false,
      });
    const letter = {
      key: "k",
      kind: "reminder",
      title: "Reminder",
      text: "Wednesday, 10:00",
      language: "en",
    };
    await session.send("ServiceWorker.deliverPushMessage", {
      origin,
      registrationId: id,
      data: JSON.stringify(letter),
    });
    await expect.poll(() => page.evaluate(() => webPage.heard.length)).toBe(2);
    expect(await page.evaluate(() => Notification.permission)).toBe("granted");
    await expect.poll(() => page.evaluate(() => webPage.notified())).toEqual(["Reminder"]);
  });
});

async function registrationId(session: CDPSession, origin: string): Promise<string> {
  const found = Promise.withResolvers<string>();
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    for (const { scopeURL, registrationId: id, isDeleted } of registrations)
      if (!isDeleted && scopeURL.startsWith(origin)) found.resolve(id);
  });
  await session.send("ServiceWorker.enable");
  return found.promise;
}

describe("what a browser keeps", () => {
  test("and then empties is missed, with what waited", async () => {
    const page = await openApp();
    await page.evaluate(() => webPage.openDevice("emptied"));
    await page.evaluate(() => webPage.queue());
    await page.evaluate(() => webPage.queue());
    await expect.poll(() => page.evaluate(() => webPage.noted())).toContain('"waiting":2');
    const session = await page.context().newCDPSession(page);
    await page.goto(`${site.origin}/app/`);
    expect(await page.evaluate(() => webPage.lost())).toEqual([]);
    await session.send("Storage.clearDataForOrigin", { origin: site.origin, storageTypes: "indexeddb" });
    expect(await page.evaluate(() => webPage.lost())).toMatchObject([{ name: "emptied", waiting: 2 }]);
    await page.evaluate(() => webPage.openDevice("emptied"));
    expect(await page.evaluate(() => webPage.state())).toMatchObject({ evicted: { waiting: 2 } });
    await page.close();
  });

  test("is nearly full when its reserve is thrown off, full when a write is refused", async () => {
    const page = await openApp();
    const session = await page.context().newCDPSession(page);
    const { origin } = site;
    // Also what the worker of other tests keeps: all of it counts.
    await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb,cache_storage" });
    // Before the first write: Chromium remembers for a while how much room there was.
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 700_000 });
    await page.evaluate(() => webPage.openDevice("full"));
    const quota = async () => (await page.evaluate(() => webPage.state()))?.quota;
    expect(await quota()).toBe("ok");
    expect(await page.evaluate(() => webPage.fillUntil("tight"))).toBe("tight");
    expect(await page.evaluate(() => webPage.queue())).toBe("kept");
    expect(await page.evaluate(() => webPage.fillUntil("full"))).toBe("full");
    expect(await page.evaluate(() => webPage.queue())).toContain("store_full");
    await session.send("Storage.overrideQuotaForOrigin", { origin });
    await page.close();
  }, 120_000);
});
