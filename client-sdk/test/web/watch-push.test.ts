import { gunzipSync } from "node:zlib";
import { dropPush, watchPush } from "@healthbridge/client-sdk/web";
import { expect, test } from "vitest";
import { memoryStore } from "../../src/index.ts";
import { password } from "../support/clinic.ts";
import { FakeBrowser, FakeContainer } from "../support/fake-browser.ts";
import { settled } from "../support/fake-runtime.ts";
import { scene, useNetwork } from "../support/scene.ts";

useNetwork();

const KEY = `B${"k".repeat(86)}`;

/** A server that sends push messages, or none, and notes who has subscribed. */
async function watching({
  offered = true,
  answer = "granted",
}: { readonly offered?: boolean; readonly answer?: NotificationPermission } = {}) {
  const at = scene();
  const told: Array<{ readonly method: string; readonly path: string; readonly body: string }> = [];
  const others = at.server.fetch.bind(at.server);
  let keys = 0;
  Reflect.set(at.server, "fetch", async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/v1/push-key" && offered) {
      keys += 1;
      return Response.json({ publicKey: KEY });
    }
    if (!pathname.endsWith("/push")) return others(request);
    const packed = Buffer.from(await request.arrayBuffer());
    told.push({
      method: request.method,
      path: pathname,
      body: packed.length === 0 ? "" : gunzipSync(packed).toString(),
    });
    return new Response(null, { status: 204 });
  });
  const browser = new FakeBrowser();
  const container = new FakeContainer();
  browser.serviceWorker = container;
  let permission: NotificationPermission = "default";
  browser.notifications = { permission: () => permission, ask: async () => (permission = answer) };
  const store = memoryStore(at.disk);
  const hb = await at.ready({ store });
  const open = () => watchPush({ hb, url: at.line.url, store, runtime: at.runtime, page: browser });
  const push = open();
  await settled();
  const device = async () =>
    ((await store.transaction("read", (tx) => tx.get("meta", "session"))) as { device: string }).device;
  return { ...at, told, browser, container, hb, push, open, device, keysAsked: () => keys };
}

test("a browser without push messages is a state", async () => {
  const { ready, line, disk } = scene();
  const push = watchPush({
    hb: await ready(),
    url: line.url,
    store: memoryStore(disk),
    page: new FakeBrowser(),
  });
  expect(push.state.get()).toBe("unsupported");
  expect(await push.ask()).toBe("unsupported");
});

test("a server that sends none is a state, and the user is not asked in vain", async () => {
  const { push, told, container, browser } = await watching({ offered: false });
  expect(push.state.get()).toBe("not-offered");
  expect(await push.ask()).toBe("not-offered");
  expect(browser.notifications?.permission()).toBe("default");
  expect(container.registration.subscribed).toEqual([]);
  expect(told).toEqual([]);
});

test("who asks for them has the browser subscribed with the server's key, and the server told for her device", async () => {
  const { push, told, container, device, keysAsked, open } = await watching();
  expect(push.state.get()).toBe("off");
  expect(await push.ask()).toBe("on");
  expect(container.registration.subscribed).toEqual([KEY]);
  expect(told).toMatchObject([{ method: "PUT", path: `/v1/devices/${await device()}/push` }]);
  expect(JSON.parse(told[0]?.body ?? "")).toEqual({
    push: {
      endpoint: "https://push.example/1",
      keys: { p256dh: `B${"p".repeat(86)}`, auth: "a".repeat(22) },
    },
  });
  // Opened again, it is on, and nobody is told or asked anew.
  const again = open();
  await settled();
  expect(again.state.get()).toBe("on");
  expect(told).toHaveLength(1);
  expect(keysAsked()).toBe(1);
});

test("who leaves a browser is sent nothing there any more, network or not; somebody else's messages go on", async () => {
  const { push, hb, container, browser, open } = await watching();
  await push.ask();
  await dropPush({ account: "somebodysomebody.1", page: browser });
  expect(container.registration.subscription).not.toBeNull();
  const account = hb.status.get().account?.id ?? "";
  await hb.signOut();
  await dropPush({ account, page: browser });
  expect(container.registration.subscription).toBeNull();
  await hb.signIn({ login: "amina", password });
  const again = open();
  await settled();
  expect(again.state.get()).toBe("off");
});

test("who says no is not asked for more", async () => {
  const { push, told } = await watching({ answer: "denied" });
  expect(await push.ask()).toBe("blocked");
  expect(told).toEqual([]);
});

test("a subscription for another key of the server's is made anew", async () => {
  const { push, container } = await watching();
  await container.registration.pushManager.subscribe({ applicationServerKey: `B${"o".repeat(86)}` });
  await push.ask();
  expect(container.registration.subscription?.endpoint).toBe("https://push.example/2");
});

test("a subscription that the browser has changed is told to the server when it is next there", async () => {
  const { push, told, hb, container, line } = await watching();
  await push.ask();
  container.registration.subscription = null;
  await container.registration.pushManager.subscribe({ applicationServerKey: KEY });
  line.faults.push(() => {
    throw new TypeError("no network");
  });
  await hb.sync();
  await hb.sync();
  await settled();
  expect(told.map(({ body }) => JSON.parse(body).push.endpoint)).toEqual([
    "https://push.example/1",
    "https://push.example/2",
  ]);
  expect(push.state.get()).toBe("on");
});

test("a new sign-in of hers is told; somebody else's is not subscribed for her", async () => {
  const { push, told, hb, device } = await watching();
  await push.ask();
  await hb.signOut();
  await hb.signIn({ login: "amina", password });
  await hb.sync();
  await settled();
  expect(told.map(({ path }) => path).at(-1)).toBe(`/v1/devices/${await device()}/push`);
  expect(told).toHaveLength(2);
  await hb.signOut();
  await hb.signIn({ login: "baraka", password });
  await hb.sync();
  await settled();
  expect(told).toHaveLength(2);
  expect(push.state.get()).toBe("off");
});

test("who ends them has neither browser nor server go on", async () => {
  const { push, told, container } = await watching();
  await push.ask();
  expect(await push.end()).toBe("off");
  expect(container.registration.subscription).toBeNull();
  expect(told.at(-1)).toMatchObject({ method: "DELETE" });
});

test("without a network it is an error that can be tried again", async () => {
  const { push, line } = await watching();
  line.faults.push(
    ...Array.from({ length: 5 }, () => () => {
      throw new TypeError("no network");
    }),
  );
  await expect(push.ask()).rejects.toMatchObject({ code: "offline", retry: "later" });
});
