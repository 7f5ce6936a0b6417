import { registerServiceWorker, type ServiceWorkerOptions } from "@healthbridge/client-sdk/web";
import { describe, expect, test } from "vitest";
import { Value } from "../../src/observable.ts";
import type { SyncStatus } from "../../src/index.ts";
import { FakeBrowser, FakeContainer, FakeWorkerVersion } from "../support/fake-browser.ts";
import { FakeRuntime, settled } from "../support/fake-runtime.ts";

function device(total: number) {
  const status = (waiting: number): SyncStatus => ({
    state: "offline",
    started: true,
    account: undefined,
    waiting: { urgent: 0, normal: waiting, bulk: 0, total: waiting },
    lastSuccess: undefined,
    lastProblem: undefined,
    bytesSent: 0,
    bytesReceived: 0,
    nextAttempt: undefined,
    ahead: 0,
  });
  const value = new Value(status(total));
  return { hb: { status: value }, wait: (waiting: number) => value.set(status(waiting)) };
}

async function registered(options: Partial<ServiceWorkerOptions> = {}) {
  const browser = new FakeBrowser();
  const container = new FakeContainer();
  browser.serviceWorker = container;
  container.controller = {};
  container.registration.active = new FakeWorkerVersion();
  const runtime = new FakeRuntime();
  const worker = registerServiceWorker({ url: "/patient/sw.js", page: browser, runtime, ...options });
  await settled();
  const arrive = () => {
    const found = container.registration.find();
    container.registration.arrive(found);
    return found;
  };
  return { browser, container, runtime, worker, arrive };
}

describe("a service worker", () => {
  test("is a state where the browser has none", () => {
    const worker = registerServiceWorker({
      url: "/sw.js",
      page: new FakeBrowser(),
      runtime: new FakeRuntime(),
    });
    expect(worker.offline.get()).toBe("unsupported");
    worker.apply();
  });

  test("that is the first makes the app ready to start without a network, and is no update", async () => {
    const browser = new FakeBrowser();
    const container = new FakeContainer();
    browser.serviceWorker = container;
    const worker = registerServiceWorker({ url: "/sw.js", page: browser, runtime: new FakeRuntime() });
    await settled();
    expect(worker.offline.get()).toBe("preparing");
    const found = container.registration.find();
    container.registration.arrive(found);
    container.changeController();
    container.registration.activate(found);
    expect(worker.offline.get()).toBe("ready");
    expect(worker.update.get()).toBe("none");
    expect(browser.reloads).toBe(0);
  });

  test("that could not be had is a state, and nothing breaks", async () => {
    const browser = new FakeBrowser();
    const container = new FakeContainer();
    container.fails = true;
    browser.serviceWorker = container;
    const worker = registerServiceWorker({ url: "/sw.js", page: browser, runtime: new FakeRuntime() });
    await settled();
    expect(worker.offline.get()).toBe("failed");
  });

  test("of which one file could not be had is a state", async () => {
    const browser = new FakeBrowser();
    const container = new FakeContainer();
    browser.serviceWorker = container;
    const worker = registerServiceWorker({ url: "/sw.js", page: browser, runtime: new FakeRuntime() });
    await settled();
    container.registration.find().become("redundant");
    expect(worker.offline.get()).toBe("failed");
  });

  test("is looked at once a day while the page stays open", async () => {
    const { container, runtime, worker } = await registered();
    await runtime.advance(86_400_000);
    await runtime.advance(86_400_000);
    expect(container.registration.updates).toBe(2);
    worker.stop();
    await runtime.advance(86_400_000);
    expect(container.registration.updates).toBe(2);
  });
});

describe("an update", () => {
  test("waits until the user says so, also while work is queued", async () => {
    const { hb } = device(3);
    const { browser, container, worker, arrive } = await registered({ hb });
    const found = arrive();
    expect(worker.update.get()).toBe("ready");
    browser.show(false);
    expect(found.said).toEqual([]);
    worker.apply();
    expect(found.said).toEqual([{ type: "healthbridge:take-over" }]);
    expect(browser.reloads).toBe(0);
    container.changeController();
    expect(browser.reloads).toBe(1);
  });

  test("that arrived before the page was opened is ready as well", async () => {
    const browser = new FakeBrowser();
    const container = new FakeContainer();
    browser.serviceWorker = container;
    container.controller = {};
    container.registration.active = new FakeWorkerVersion();
    container.registration.arrive(container.registration.find());
    const told: string[] = [];
    registerServiceWorker({
      url: "/sw.js",
      page: browser,
      runtime: new FakeRuntime(),
      onUpdate: (update) => told.push(update),
    });
    await settled();
    expect(told).toEqual(["none", "ready"]);
  });

  test("begins by itself only when nobody looks, nothing waits, and the app says that nothing is half typed", async () => {
    const { hb, wait } = device(1);
    let typing = true;
    const { browser, arrive } = await registered({ hb, mayApply: () => !typing });
    const found = arrive();
    browser.show(false);
    wait(0);
    expect(found.said).toEqual([]);
    typing = false;
    browser.show(true);
    expect(found.said).toEqual([]);
    wait(1);
    browser.show(false);
    expect(found.said).toEqual([]);
    wait(0);
    expect(found.said).toEqual([{ type: "healthbridge:take-over" }]);
  });

  test("that another tab has begun leaves this page as it is, until the user says so", async () => {
    const { browser, container, worker } = await registered();
    container.changeController();
    expect(worker.update.get()).toBe("taken");
    expect(browser.reloads).toBe(0);
    worker.apply();
    expect(browser.reloads).toBe(1);
  });

  test("that is asked for twice loads the page once", async () => {
    const { browser, container, worker, arrive } = await registered();
    const found = arrive();
    worker.apply();
    worker.apply();
    container.changeController();
    expect(found.said).toHaveLength(1);
    expect(browser.reloads).toBe(1);
  });
});

describe("the whole app", () => {
  const KEEP_ALL = { type: "healthbridge:keep-all" };

  test("is asked of the version that runs, and what became of it is a state", async () => {
    const { container, worker } = await registered();
    expect(worker.offline.get()).toBe("ready");
    worker.keepAll();
    expect(container.registration.active?.said).toEqual([KEEP_ALL]);
    expect(worker.offline.get()).toBe("preparing");
    container.emit("message", { data: { type: "healthbridge:not-kept" } });
    expect(worker.offline.get()).toBe("failed");
    worker.keepAll();
    container.emit("message", { data: { type: "healthbridge:kept" } });
    expect(worker.offline.get()).toBe("ready");
  });

  test("that is wanted before the first version is here is asked of it when it begins", async () => {
    const browser = new FakeBrowser();
    const container = new FakeContainer();
    browser.serviceWorker = container;
    const worker = registerServiceWorker({ url: "/sw.js", page: browser, runtime: new FakeRuntime() });
    worker.keepAll();
    await settled();
    const found = container.registration.find();
    container.registration.arrive(found);
    expect(found.said).toEqual([]);
    container.registration.activate(found);
    expect(found.said).toEqual([KEEP_ALL]);
    expect(worker.offline.get()).toBe("preparing");
  });

  test("is asked of a version on its way as well, which began before anybody wanted it", async () => {
    const { container, worker, arrive } = await registered();
    const waiting = arrive();
    const coming = container.registration.find();
    worker.keepAll();
    expect([waiting.said, coming.said]).toEqual([[KEEP_ALL], [KEEP_ALL]]);
  });

  test("stays a wish where the browser has no service workers", () => {
    const worker = registerServiceWorker({
      url: "/sw.js",
      page: new FakeBrowser(),
      runtime: new FakeRuntime(),
    });
    worker.keepAll();
    expect(worker.offline.get()).toBe("unsupported");
  });
});

test("a notification that was clicked is told to the page that is open", async () => {
  const shown: unknown[] = [];
  const { container, worker } = await registered({ onShow: (appointment) => shown.push(appointment) });
  container.emit("message", { data: { type: "healthbridge:show", appointment: "a.1" } });
  container.emit("message", { data: "of somebody else" });
  worker.stop();
  container.emit("message", { data: { type: "healthbridge:show", appointment: "a.2" } });
  expect(shown).toEqual(["a.1"]);
});
