import type { App } from "./apps.ts";
import { Device } from "./device.ts";
import type { LineBytes } from "../../chaos/faults/bad-line.ts";
import type { Site } from "./site.ts";
import type { Page } from "playwright-core";

declare global {
  /** In the page: ms since its navigation began, once its first control has been drawn and can be used. */
  var shellUsableAt: number | undefined;
}

/** What an app costs on a 2G line. Times are ms, bytes are IP packets with their heads, as the line reckons them. */
export interface AppFigures {
  readonly app: App;
  /** on a new device */
  readonly first: {
    /** until the first control can be used */
    readonly shellMs: number;
    /** until its first screen would start without a network; the rest is fetched once somebody is in */
    readonly offlineReadyMs: number;
    readonly bytes: Ways;
  };
  /** opened again, from what the service worker kept; the worker is started anew each time */
  readonly again: {
    readonly shellMs: readonly number[];
    readonly medianShellMs: number;
    /** of all of them together */
    readonly bytes: Ways;
  };
}

interface Ways {
  readonly up: number;
  readonly down: number;
}

/** What the project wants of an app that is started from its cache. */
export const SHELL_BOUND_MS = 1_000;
const SLOW_LOAD_MS = 180_000;

/** Loads an app for the first time over a 2G line, and then some times again. */
export async function measureApp(site: Site, app: App, times = 5): Promise<AppFigures> {
  await using device = await Device.open(site, { line: "2g" });
  const before = device.line.bytes();
  const began = performance.now();
  const page = await openMeasured(device, app);
  const shellMs = await usableAt(page);
  await device.startsOffline(page, SLOW_LOAD_MS);
  const offlineReadyMs = Math.round(performance.now() - began);
  const first = { shellMs, offlineReadyMs, bytes: since(before, device.line.bytes()) };
  await page.close();
  const between = device.line.bytes();
  const again: number[] = [];
  for (let time = 0; time < times; time += 1) again.push(await openAgain(device, app));
  return {
    app,
    first,
    again: {
      shellMs: again,
      medianShellMs: median(again),
      bytes: since(between, device.line.bytes()),
    },
  };
}

async function openAgain(device: Device, app: App): Promise<number> {
  const page = await device.newTab();
  const controls = await device.controls(page);
  await controls.send("ServiceWorker.enable");
  await controls.send("ServiceWorker.stopAllWorkers");
  await page.close();
  const again = await openMeasured(device, app);
  const at = await usableAt(again);
  await again.close();
  return at;
}

async function openMeasured(device: Device, app: App): Promise<Page> {
  const page = await device.newTab();
  await page.addInitScript(noteShell);
  await page.goto(`${device.origin}/${app}/`, { waitUntil: "commit", timeout: SLOW_LOAD_MS });
  return page;
}

async function usableAt(page: Page): Promise<number> {
  const found = await page.waitForFunction(() => globalThis.shellUsableAt, undefined, {
    timeout: SLOW_LOAD_MS,
    polling: 100,
  });
  return Math.round((await found.jsonValue()) ?? 0);
}

/** In the page, before its own scripts: looks at each change whether there is something to use, and takes the time when that was drawn. */
function noteShell(): void {
  const watcher = new MutationObserver(() => {
    const controls = [...document.querySelectorAll("button, input, select, textarea")];
    if (!controls.some((each) => !each.matches(":disabled") && each.checkVisibility())) return;
    watcher.disconnect();
    requestAnimationFrame(() => {
      // Comes after the frame was drawn and what the app does in it.
      const drawn = new MessageChannel();
      drawn.port1.addEventListener("message", () => {
        globalThis.shellUsableAt = performance.now();
      });
      drawn.port1.start();
      drawn.port2.postMessage(undefined);
    });
  });
  watcher.observe(document, { childList: true, subtree: true, attributes: true });
}

function since(before: LineBytes, now: LineBytes): Ways {
  return { up: now.up.bytes - before.up.bytes, down: now.down.bytes - before.down.bytes };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? 0;
}

/** One line for people. */
export function tellFigures({ app, first, again }: AppFigures): string {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const kilobytes = ({ up, down }: Ways): string => `${((up + down) / 1_000).toFixed(1)} kB`;
  return [
    `${app} on 2G: first load usable after ${seconds(first.shellMs)}, ready for offline after ${seconds(first.offlineReadyMs)}, ${kilobytes(first.bytes)} both ways`,
    `again: usable after ${again.shellMs.map((ms) => `${String(ms)} ms`).join(", ")} (median ${String(again.medianShellMs)} ms), ${kilobytes(again.bytes)} for all ${String(again.shellMs.length)}`,
  ].join("; ");
}
