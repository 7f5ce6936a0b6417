import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { type RunningChromium, startChromium } from "../../setup/chromium.ts";
import { GOOD, TWO_G } from "../../chaos/faults/bad-line.ts";
import { type LineProxy, startLineProxy } from "../../chaos/faults/line-proxy.ts";
import { type App, SCREENS } from "./apps.ts";
import { until } from "../../setup/process.ts";
import { Secrets } from "./secrets.ts";
import type { Site } from "./site.ts";

export interface DeviceOptions {
  /** how far its clock is off; 0 where left out */
  readonly clockOffMs?: number;
  /** the line it begins with; a good one where left out */
  readonly line?: "good" | "2g";
  /** how much the site may keep; what the disk has where left out */
  readonly roomBytes?: number;
  /** notes tokens and keys as they go by, to look for them on the disk */
  readonly noteSecrets?: boolean;
}

const SEED = 1;
/** For what a slow machine does, not for what a slow line does. */
const PATIENCE_MS = 20_000;

/**
 * Somebody's device: Chromium on a profile of its own, which outlives the browser as a phone's storage does, and a line of its own to the server. Everything
 * the browser sends goes over that line, a service worker's requests included, and the line's address is the apps' origin.
 */
export class Device implements AsyncDisposable {
  readonly profile: string;
  readonly line: LineProxy;
  /** tokens and keys that went by, where they are noted */
  readonly secrets = new Secrets();
  /** What the apps' pages complained of: errors nobody caught, and what the content policy refused. */
  readonly complaints: string[] = [];
  readonly #options: DeviceOptions;
  #chromium: RunningChromium | undefined;
  #offline = false;
  #roomBytes: number | undefined;

  private constructor(profile: string, line: LineProxy, options: DeviceOptions) {
    this.profile = profile;
    this.line = line;
    this.#options = options;
    this.#roomBytes = options.roomBytes;
  }

  static async open(site: Site, options: DeviceOptions = {}): Promise<Device> {
    const profile = await mkdtemp(join(tmpdir(), "healthbridge-chromium-"));
    const quality = options.line === "2g" ? TWO_G : GOOD;
    const line = await startLineProxy({ host: site.host, port: site.port }, { ...quality, seed: SEED });
    const device = new Device(profile, line, options);
    await device.switchOn();
    return device;
  }

  /** where the apps are, as this device sees them */
  get origin(): string {
    return this.line.url;
  }

  get context(): BrowserContext {
    const context = this.#chromium?.browser.contexts()[0];
    if (context === undefined) throw new Error("This device is switched off.");
    return context;
  }

  /** Opens an app in a new tab. */
  async open(app: App, path = ""): Promise<Page> {
    const page = await this.newTab();
    await page.setViewportSize(SCREENS[app]);
    // The app says itself when it is ready; its first words are waited for by whoever uses it.
    await page.goto(`${this.origin}/${app}/${path}`, { waitUntil: "commit" });
    return page;
  }

  async newTab(): Promise<Page> {
    const page = await this.context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  }

  /** Waits until the app of a page would start without a network: its first screen, whoever is in. */
  async startsOffline(page: Page, timeout = PATIENCE_MS): Promise<void> {
    const starts = async (): Promise<true | undefined> =>
      (await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return registration?.active?.state === "activated";
      })) || undefined;
    await until("the app to start without a network", starts, timeout);
  }

  /** Waits until all of it would, for somebody who is in. */
  async offlineReady(page: Page, timeout = PATIENCE_MS): Promise<void> {
    await this.startsOffline(page, timeout);
    const isWhole = async (): Promise<true | undefined> =>
      (await page.evaluate(keptOfApp)).every((kept) => kept) || undefined;
    await until("all of the app to be on the device", isWhole, timeout);
  }

  /** How many of the files an app is made of are on the device, and how many there are. */
  async filesKept(page: Page): Promise<{ readonly kept: number; readonly all: number }> {
    const files = await page.evaluate(keptOfApp);
    return { kept: files.filter((kept) => kept).length, all: files.length };
  }

  /** Airplane mode: the browser knows that it has no network, and nothing gets through. */
  async airplaneMode(on: boolean): Promise<void> {
    this.#offline = on;
    if (on) await this.line.refuse();
    else await this.line.accept();
    await this.context.setOffline(on);
  }

  /** From now on the line is a 2G line, or a good one. */
  slowLine(on: boolean): void {
    this.line.become(on ? TWO_G : GOOD);
  }

  /** SIGKILL for the whole browser, as when a phone's system takes the memory or the battery is out. */
  async kill(): Promise<void> {
    await this.#chromium?.kill();
    this.#chromium = undefined;
  }

  /** The same profile in a new browser. */
  async switchOn(): Promise<void> {
    this.#chromium = await startChromium(this.profile);
    const { context } = this;
    if (this.#options.clockOffMs !== undefined)
      await context.addInitScript(setClockOff, this.#options.clockOffMs);
    if (this.#options.noteSecrets === true) await this.secrets.listen(context);
    context.on("page", (page) => {
      this.#hear(page);
    });
    if (this.#offline) await context.setOffline(true);
    if (this.#roomBytes !== undefined) await this.#limitRoom(this.#roomBytes);
  }

  /** Chromium's own controls, for what no app can do. */
  async controls(page: Page): Promise<CDPSession> {
    return await this.context.newCDPSession(page);
  }

  /** Something else of the site takes what room there is, down to the last kilobyte. */
  async fillUp(page: Page): Promise<void> {
    await page.evaluate(takeRoom);
  }

  /** There is room again, as somebody sees it who has tidied up and opens the browser anew. */
  async makeRoom(): Promise<void> {
    this.#roomBytes = undefined;
    await this.kill();
    await this.switchOn();
  }

  /** What a browser does when its disk runs low: the site's database is gone, and nobody is told. */
  async evict(): Promise<void> {
    const page = await this.newTab();
    const controls = await this.controls(page);
    await controls.send("Storage.clearDataForOrigin", { origin: this.origin, storageTypes: "indexeddb" });
    await page.close();
  }

  /** Chromium remembers for a while how much room there was: so this comes before a site writes anything. It holds while this tab is there. */
  async #limitRoom(quotaSize: number): Promise<void> {
    const controls = await this.controls(await this.newTab());
    await controls.send("Storage.overrideQuotaForOrigin", { origin: this.origin, quotaSize });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.line[Symbol.asyncDispose]();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #hear(page: Page): void {
    page.on("pageerror", (error) => {
      this.complaints.push(String(error));
    });
    page.on("console", (message) => {
      if (message.type() === "error" && !FOUND_NO_NETWORK.test(message.text()))
        this.complaints.push(message.text());
    });
  }
}

/** That a request or a handshake found no network, or lost it, is no fault of the app. */
const FOUND_NO_NETWORK = /^(?:Failed to load resource|WebSocket connection to \S+ failed: .*net::ERR_)/;

/** In the page: of each file that the service worker of its app names, whether it is kept. */
async function keptOfApp(): Promise<readonly boolean[]> {
  const registration = await navigator.serviceWorker.getRegistration();
  const script = await (await fetch(registration?.active?.scriptURL ?? "")).text();
  const urls = [...script.matchAll(/url:[`"']([^`"']+)/g)].map(([, url = ""]) => url);
  return Promise.all(
    urls.map(
      async (url) => (await caches.match(url, { ignoreSearch: true, ignoreVary: true })) !== undefined,
    ),
  );
}

/** In the page: its clock is off by so much. */
function setClockOff(byMs: number): void {
  const Right = Date;
  globalThis.Date = new Proxy(Right, {
    construct: (_, given: [], asked) =>
      Reflect.construct(Right, given.length === 0 ? [Right.now() + byMs] : given, asked as () => unknown),
    apply: () => new Right(Right.now() + byMs).toString(),
    get: (_, name) => (name === "now" ? () => Right.now() + byMs : (Reflect.get(Right, name) as unknown)),
  });
}

/** In the page: writes until nothing is taken any more, large pieces first. */
async function takeRoom(): Promise<void> {
  const opening = indexedDB.open("junk");
  opening.addEventListener("upgradeneeded", () =>
    opening.result.createObjectStore("junk", { autoIncrement: true }),
  );
  await new Promise((resolve) => opening.addEventListener("success", resolve));
  const junk = opening.result;
  const take = (bytes: number): Promise<boolean> =>
    new Promise((resolve) => {
      const writing = junk.transaction("junk", "readwrite");
      writing.addEventListener("complete", () => resolve(true));
      writing.addEventListener("abort", () => resolve(false));
      // Nothing that could be packed.
      const piece = new Uint8Array(bytes);
      for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(piece.subarray(at, at + 65_536));
      writing.objectStore("junk").add(piece);
    });
  for (const bytes of [200_000, 20_000, 1_000]) while (await take(bytes));
  junk.close();
}
