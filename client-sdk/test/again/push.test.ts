import { watchPush } from "@healthbridge/client-sdk/web";
import { expect, test } from "vitest";
import { memoryStore } from "../../src/index.ts";
import { FakeBrowser, FakeContainer } from "../support/fake-browser.ts";
import { settled } from "../support/fake-runtime.ts";
import { json, problem } from "../support/line.ts";
import { scene, useNetwork } from "../support/scene.ts";

useNetwork();

test.each([
  ["refuses the browser's new subscription", "/push", 403, "forbidden"],
  ["cannot say its key", "/push-key", 500, "internal"],
])("a server that %s is asked less and less often", async (_, path, status, code) => {
  const at = scene();
  const store = memoryStore(at.disk);
  const { fetch } = at.runtime;
  let isRefused = false;
  let asked = 0;
  at.runtime.fetch = async (url, init) => {
    if (!/\/push(-key)?$/.test(url)) return fetch(url, init);
    if (!isRefused) return json({ publicKey: `B${"k".repeat(86)}` });
    if (!url.endsWith(path)) return json({ publicKey: `B${"k".repeat(86)}` });
    asked += 1;
    return problem(status, code);
  };
  const browser = new FakeBrowser();
  const container = new FakeContainer();
  browser.serviceWorker = container;
  browser.notifications = { permission: () => "granted", ask: async () => "granted" };
  const hb = await at.ready({ store });
  const push = watchPush({ hb, url: at.line.url, store, runtime: at.runtime, page: browser });
  await settled();
  expect(await push.ask()).toBe("on");
  isRefused = true;
  // The browser has changed its subscription by itself, and what is known of the key is a day old.
  const { subscription } = container.registration;
  Object.assign(subscription ?? {}, { endpoint: "https://push.example/2" });
  at.runtime.wall += 25 * 3_600_000;
  hb.start();
  for (let minute = 0; minute < 60; minute += 1) await at.runtime.advance(60_000);
  hb.stop();
  push.stop();
  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThan(15);
});
