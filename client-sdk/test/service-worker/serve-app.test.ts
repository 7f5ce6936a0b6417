import { serveApp } from "@healthbridge/client-sdk/service-worker";
import { describe, expect, test } from "vitest";
import { FakeCaches, FakePage, FakeWorker, integrityOf, ORIGIN } from "../support/fake-worker.ts";

const SHELL = "/patient/index.html";
const ONE = [
  { url: SHELL, revision: "1" },
  { url: "/patient/assets/app-aaaa.js" },
  { url: "/patient/assets/style-aaaa.css" },
];
const TWO = [
  { url: SHELL, revision: "2" },
  { url: "/patient/assets/app-bbbb.js" },
  { url: "/patient/assets/style-aaaa.css" },
];
const types: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", css: "text/css" };

/** A site with these files, of this version. */
function site(version: string) {
  return (url: string): Response => {
    const path = new URL(url).pathname;
    const type = types[path.split(".").at(-1) ?? ""] ?? "text/plain";
    return new Response(`${path} of ${version}`, { headers: { "content-type": type } });
  };
}

/** A worker of a version, on a site of the same version, over caches that may hold a former one. */
function worker(version: "1" | "2", caches = new FakeCaches()): FakeWorker {
  const fake = new FakeWorker(caches);
  fake.network = site(version);
  serveApp(fake, { name: "patient", assets: version === "1" ? ONE : TWO, shell: SHELL });
  return fake;
}

async function installed(version: "1" | "2", caches?: FakeCaches): Promise<FakeWorker> {
  const fake = worker(version, caches);
  await fake.install();
  await fake.activate();
  return fake;
}

const paths = (urls: readonly string[]): readonly string[] => urls.map((url) => url.replace(ORIGIN, ""));

describe("an app that was installed", () => {
  test("starts without a network, whatever its address", async () => {
    const fake = await installed("1");
    fake.asked.length = 0;
    for (const address of ["/patient/", "/patient/index.html", "/patient/appointments/7?from=sms"])
      expect(await fake.request(address, { navigate: true })).toBe("/patient/index.html of 1");
    expect(await fake.request("/patient/assets/app-aaaa.js")).toBe("/patient/assets/app-aaaa.js of 1");
    expect(fake.asked).toEqual([]);
  });

  test("does not take another page for its own: neither a notice that the site is closed, nor the next version's", async () => {
    const page = (): Response => new Response("the app", { headers: { "content-type": "text/html" } });
    const assets = [{ url: SHELL, revision: "1", integrity: await integrityOf(page()) }];
    const fake = new FakeWorker();
    serveApp(fake, { name: "patient", assets, shell: SHELL });
    fake.network = () => new Response("closed until noon", { headers: { "content-type": "text/html" } });
    await expect(fake.install()).rejects.toThrow(TypeError);
    expect(fake.caches.urls).toEqual([]);
    fake.network = page;
    await fake.install();
    expect(await fake.request("/patient/", { navigate: true })).toBe("the app");
  });

  test("was fetched a few files at a time", async () => {
    const assets = Array.from({ length: 9 }, (_, at) => ({ url: `/patient/assets/${String(at)}.js` }));
    const fake = new FakeWorker();
    let open = 0;
    let most = 0;
    fake.network = async (url) => {
      most = Math.max(most, (open += 1));
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return site("1")(url);
    };
    serveApp(fake, { name: "patient", assets, shell: "/patient/assets/0.js" });
    await fake.install();
    expect(most).toBe(3);
    expect(fake.caches.urls).toHaveLength(9);
  });

  test("takes the page that installed it under its care", async () => {
    expect((await installed("1")).claimed).toBe(true);
  });

  test("has a file that the browser dropped fetched and kept again", async () => {
    const fake = await installed("1");
    for (const { rows } of fake.caches.all.values()) rows.delete(`${ORIGIN}/patient/assets/app-aaaa.js`);
    expect(await fake.request("/patient/assets/app-aaaa.js")).toBe("/patient/assets/app-aaaa.js of 1");
    fake.network = () => Promise.reject(new TypeError("no network"));
    expect(await fake.request("/patient/assets/app-aaaa.js")).toBe("/patient/assets/app-aaaa.js of 1");
  });

  test("is asked of the network where the browser dropped the page itself", async () => {
    const fake = await installed("1");
    fake.caches.all.clear();
    fake.network = (url) => (url.includes("index") ? Response.error() : new Response("the server's own"));
    expect(await fake.request("/patient/", { navigate: true })).toBe("the server's own");
  });
});

describe("what is not the app's own", () => {
  test.each([
    ["the API", "/v1/sync", { method: "POST" }],
    ["what is read from the API", "/v1/doctors", {}],
    ["an API below the app's own folder", "/patient/x", { method: "PUT" }],
    ["what carries a token", SHELL, { headers: { authorization: "Bearer x" } }],
    ["part of a file", SHELL, { headers: { range: "bytes=0-9" } }],
    ["another app's", "/clinic/index.html", {}],
    ["another site's", "https://elsewhere.example/patient/index.html", {}],
    ["a file with a question", "/patient/assets/app-aaaa.js?raw", {}],
  ])("%s goes by as if there were no worker, and is not kept", async (_, path, init) => {
    const fake = await installed("1");
    const before = fake.caches.urls;
    fake.asked.length = 0;
    expect(await fake.request(path, init)).toBeUndefined();
    expect(fake.asked).toEqual([]);
    expect(fake.caches.urls).toEqual(before);
  });

  test("the API goes by as well where the app is the whole site", async () => {
    const fake = new FakeWorker(new FakeCaches(), `${ORIGIN}/`);
    fake.network = site("1");
    serveApp(fake, { name: "all", assets: [{ url: "/index.html" }], shell: "/index.html" });
    await fake.install();
    expect(await fake.request("/v1/doctors")).toBeUndefined();
    expect(await fake.request("/v1/doctors", { navigate: true })).toBeUndefined();
    expect(await fake.request("/appointments", { navigate: true })).toBe("/index.html of 1");
  });

  test("a file of nobody's comes from the network and is not kept", async () => {
    const fake = await installed("1");
    const before = fake.caches.urls;
    expect(await fake.request("/patient/help.txt")).toBe("/patient/help.txt of 1");
    expect(fake.caches.urls).toEqual(before);
  });
});

describe("a new version", () => {
  test("fetches what has changed and nothing else", async () => {
    const { caches } = await installed("1");
    const next = await installed("2", caches);
    expect(paths(next.asked)).toEqual(["/patient/index.html", "/patient/assets/app-bbbb.js"]);
    expect(await next.request("/patient/", { navigate: true })).toBe("/patient/index.html of 2");
  });

  test("that was cut leaves the old one whole, and goes on where it was", async () => {
    const old = await installed("1");
    const cut = worker("2", old.caches);
    cut.network = (url) =>
      url.endsWith(".js") ? Promise.reject(new TypeError("the line broke")) : site("2")(url);
    await expect(cut.install()).rejects.toThrow("the line broke");
    expect(await old.request("/patient/", { navigate: true })).toBe("/patient/index.html of 1");
    expect(await old.request("/patient/assets/app-aaaa.js")).toBe("/patient/assets/app-aaaa.js of 1");
    const again = worker("2", old.caches);
    await again.install();
    expect(paths(again.asked)).toEqual(["/patient/assets/app-bbbb.js"]);
  });

  test.each([
    [
      "a page in a script's place (a captive portal)",
      new Response("<p>pay", { headers: { "content-type": "text/html" } }),
    ],
    ["a server that fails", new Response("", { status: 503 })],
    ["nothing", new Response(null, { status: 204 })],
  ])("is not installed of %s", async (_, wrong) => {
    const { caches } = await installed("1");
    const next = worker("2", caches);
    next.network = (url) => (url.endsWith(".js") ? wrong.clone() : site("2")(url));
    await expect(next.install()).rejects.toThrow("app-bbbb.js could not be fetched");
  });

  test("for which the device has no room leaves the old one whole", async () => {
    const old = await installed("1");
    for (const cache of old.caches.all.values()) cache.full = "app-bbbb";
    await expect(worker("2", old.caches).install()).rejects.toThrow("full");
    expect(await old.request("/patient/", { navigate: true })).toBe("/patient/index.html of 1");
  });

  test("waits until a page says that it may begin", async () => {
    const next = worker("2");
    await next.install();
    await next.message({ type: "something of the app's own" });
    expect(next.skipped).toBe(false);
    await next.message({ type: "healthbridge:take-over" });
    expect(next.skipped).toBe(true);
  });

  test("removes what only former ones needed, and caches of a former form", async () => {
    const { caches } = await installed("1");
    await caches.open("healthbridge-app:0:patient");
    await caches.open("healthbridge-app:0:clinic");
    await caches.open("somebody else's");
    await installed("2", caches);
    expect(paths(caches.urls)).toEqual([
      "/patient/assets/app-bbbb.js",
      "/patient/assets/style-aaaa.css",
      "/patient/index.html?healthbridge-revision=2",
    ]);
    expect([...caches.all.keys()].toSorted()).toEqual([
      "healthbridge-app:0:clinic",
      "healthbridge-app:1:patient",
      "somebody else's",
    ]);
  });

  test("leaves what a page of the former one may still need, until none is open", async () => {
    const { caches } = await installed("1");
    const next = worker("2", caches);
    next.pages.push(new FakePage(), new FakePage());
    await next.install();
    await next.activate();
    next.network = () => Promise.reject(new TypeError("no network"));
    expect(await next.request("/patient/assets/app-aaaa.js")).toBe("/patient/assets/app-aaaa.js of 1");
    next.pages.pop();
    await next.request("/patient/", { navigate: true });
    expect(paths(caches.urls)).not.toContain("/patient/assets/app-aaaa.js");
  });
});

describe("what is for later", () => {
  const SPLIT = (version: string) => [
    { url: SHELL, revision: version },
    { url: `/patient/assets/door-${version}.js` },
    { url: `/patient/assets/inside-${version}.js`, later: true },
    { url: "/patient/assets/chat.js", later: true },
  ];

  function split(version: "1" | "2", caches = new FakeCaches()): FakeWorker {
    const fake = new FakeWorker(caches);
    fake.network = site(version);
    serveApp(fake, { name: "patient", assets: SPLIT(version), shell: SHELL });
    return fake;
  }
  const KEEP_ALL = { type: "healthbridge:keep-all" };

  test("is not fetched for who only looks at the first screen", async () => {
    const fake = split("1");
    await fake.install();
    await fake.activate();
    expect(paths(fake.asked)).toEqual(["/patient/index.html", "/patient/assets/door-1.js"]);
    const next = split("2", fake.caches);
    await next.install();
    expect(paths(next.asked)).toEqual(["/patient/index.html", "/patient/assets/door-2.js"]);
  });

  test("is kept once it was used", async () => {
    const fake = split("1");
    await fake.install();
    await fake.request("/patient/assets/inside-1.js");
    fake.network = () => Promise.reject(new TypeError("no network"));
    expect(await fake.request("/patient/assets/inside-1.js")).toBe("/patient/assets/inside-1.js of 1");
  });

  test("is fetched when a page asks for the whole app, which its pages are told", async () => {
    const fake = split("1");
    const page = new FakePage();
    fake.pages.push(page);
    await fake.install();
    fake.asked.length = 0;
    await fake.message(KEEP_ALL);
    expect(paths(fake.asked)).toEqual(["/patient/assets/inside-1.js", "/patient/assets/chat.js"]);
    expect(page.said).toEqual([{ type: "healthbridge:kept" }]);
    fake.asked.length = 0;
    await fake.message(KEEP_ALL);
    expect(fake.asked).toEqual([]);
  });

  test("is part of every later version from then on, which is no update before it is here in full", async () => {
    const fake = split("1");
    await fake.install();
    await fake.message(KEEP_ALL);
    await fake.activate();
    const next = split("2", fake.caches);
    next.network = (url) =>
      url.includes("inside") ? Promise.reject(new TypeError("the line broke")) : site("2")(url);
    await expect(next.install()).rejects.toThrow("the line broke");
    const again = split("2", fake.caches);
    await again.install();
    expect(paths(again.asked)).toEqual(["/patient/assets/inside-2.js"]);
    await again.activate();
    const third = split("1", fake.caches);
    await third.install();
    expect(paths(third.asked)).toContain("/patient/assets/inside-1.js");
  });

  test("is fetched once where a version arrives at the moment in which it is asked for", async () => {
    const fake = split("1");
    await Promise.all([fake.install(), fake.message(KEEP_ALL), fake.message(KEEP_ALL)]);
    expect(paths(fake.asked).toSorted()).toEqual([
      "/patient/assets/chat.js",
      "/patient/assets/door-1.js",
      "/patient/assets/inside-1.js",
      "/patient/index.html",
    ]);
  });

  test("that cannot be had is told, and fetched the next time it is asked for", async () => {
    const fake = split("1");
    const page = new FakePage();
    fake.pages.push(page);
    await fake.install();
    fake.network = () => Promise.reject(new TypeError("no network"));
    await fake.message(KEEP_ALL);
    fake.network = site("1");
    await fake.message(KEEP_ALL);
    expect(page.said).toEqual([{ type: "healthbridge:not-kept" }, { type: "healthbridge:kept" }]);
  });
});

test("a page that would be a service worker is told that it is none", () => {
  expect(() => serveApp(globalThis, { name: "patient", assets: [], shell: SHELL })).toThrow(
    expect.objectContaining({ code: "unsupported" }),
  );
});
