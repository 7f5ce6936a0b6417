/** What `client-sdk/web` asks of a server, asked of a real one: after an eviction, and for push messages. */
import { createECDH, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HealthBridge, memoryStore, platformRuntime } from "@healthbridge/client-sdk";
import { type Page, reportEviction, watchPush, watchStorage } from "@healthbridge/client-sdk/web";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../../server/src/config/config.ts";
import { read } from "../../server/src/database/read.ts";
import { startServer } from "../../server/src/server.ts";
import { freshDatabase } from "../setup/fresh-database.ts";
import { openWorld, startIn } from "../setup/world.ts";

const PASSWORD = "a sentence that only I know";
const TENANT = "demo";
const ecdh = createECDH("prime256v1");
const publicKey = ecdh.generateKeys("base64url");
const privateKey = Buffer.concat([Buffer.alloc(32), ecdh.getPrivateKey()])
  .subarray(-32)
  .toString("base64url");
const database = await freshDatabase();
const folder = await mkdtemp(join(tmpdir(), "healthbridge-contract-"));
const server = await startServer(
  readConfig({
    DATABASE_URL: database.url,
    HEALTHBRIDGE_DATA: folder,
    HEALTHBRIDGE_KEYS: `1:${randomBytes(32).toString("base64url")}`,
    HEALTHBRIDGE_TENANT: TENANT,
    HEALTHBRIDGE_OPEN_REGISTRATION: "on",
    HEALTHBRIDGE_NOTICES: "push",
    HEALTHBRIDGE_PUSH_KEYS: `${publicKey}:${privateKey}`,
    HEALTHBRIDGE_PUSH_CONTACT: "mailto:it@clinics.example",
    HEALTHBRIDGE_LOG: "silent",
    PORT: "0",
  }),
  { say: () => undefined, write: () => undefined },
);
const world = await openWorld(database.url, {}, TENANT);
afterAll(async () => {
  await server.close();
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A browser of which nothing is there but what a test adds. */
function browser(more: Partial<Page> = {}): Page {
  const texts = new Map<string, string>();
  return {
    keepsake: {
      get: (name) => texts.get(name),
      set: (name, text) => void texts.set(name, text),
      delete: (name) => void texts.delete(name),
      names: () => [...texts.keys()],
    },
    isVisible: () => true,
    onVisibility: () => () => undefined,
    reload: () => undefined,
    ...more,
  };
}

/** An app on a device, with a network of which the next answer can be lost. */
async function openApp(page: Page, login: string) {
  const store = memoryStore();
  const real = platformRuntime();
  const line = { loses: 0, sent: 0 };
  const runtime = {
    ...real,
    async fetch(url: string, init: RequestInit): Promise<Response> {
      line.sent += init.body instanceof Uint8Array ? init.body.length : 0;
      const response = await real.fetch(url, init);
      if (line.loses === 0) return response;
      line.loses -= 1;
      await response.arrayBuffer();
      throw new TypeError("the answer was lost");
    },
  };
  const hb = await HealthBridge.open({ url: server.url, store, runtime, autoSync: false });
  const storage = await watchStorage({ name: login, hb, store, runtime, page });
  return { hb, storage, line, device: { hb, url: server.url, store, runtime } };
}

test("after an eviction the server says exactly what it never got, and shows the emptied device as signed out", async () => {
  const page = browser();
  const first = await openApp(page, "wanjiru");
  await first.hb.register({ login: "wanjiru", name: "Wanjiru", password: PASSWORD });
  await first.hb.signIn({ login: "wanjiru", password: PASSWORD });
  const patient = await first.hb.registerPatient({ name: "Wanjiru" });
  await first.hb.sync();
  first.line.loses = 1;
  await first.hb.book({ doctor: world.doctor, patient: patient.id, start: startIn(2, "09:00") });
  expect((await first.hb.sync()).problem).toMatchObject({ code: "offline" });
  await first.hb.book({ doctor: world.doctor, patient: patient.id, start: startIn(3, "09:00") });
  await expect.poll(() => page.keepsake.get(page.keepsake.names()[0] ?? "")).toContain('"waiting":2');
  await first.hb.close();

  const second = await openApp(page, "wanjiru");
  const { evicted } = second.storage.state.get();
  if (evicted === undefined) throw new Error("nothing was missed");
  expect(evicted.waiting).toBe(2);
  await second.hb.signIn({ login: "wanjiru", password: PASSWORD });
  await second.hb.sync();
  second.line.sent = 0;
  expect(await reportEviction(second.device, evicted)).toMatchObject({ waiting: 2, lost: 1 });
  // The question for the one stream, and a sync before the sign-out.
  expect(second.line.sent).toBeLessThan(400);
  expect(await reportEviction(second.device, evicted)).toMatchObject({ lost: 1 });

  const session = await second.device.store.transaction("read", (tx) => tx.get("meta", "session"));
  const { accessToken } = session as { readonly accessToken: string };
  const headers = { authorization: `Bearer ${accessToken}` };
  const answer = await fetch(`${server.url}/v1/devices`, { headers });
  const { devices } = (await answer.json()) as { readonly devices: readonly object[] };
  expect(devices).toHaveLength(2);
  expect(devices).toContainEqual(expect.objectContaining({ id: evicted.device, status: "revoked" }));
  await second.hb.close();
});

test("push messages are asked for with the server's key, told to it, and ended", async () => {
  const keys = { p256dh: createECDH("prime256v1").generateKeys("base64url"), auth: "a".repeat(22) };
  let subscribed = "";
  const registration = {
    scope: "https://health.example/patient/",
    installing: null,
    waiting: null,
    active: null,
    update: async () => undefined,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    pushManager: {
      getSubscription: async () => (subscribed === "" ? null : ticket),
      subscribe: async ({ applicationServerKey }: { readonly applicationServerKey: string }) => {
        subscribed = applicationServerKey;
        return ticket;
      },
    },
  };
  const ticket = {
    endpoint: "https://push.example/1",
    options: { applicationServerKey: null },
    toJSON: () => ({ keys }),
    unsubscribe: async () => (subscribed = "") === "",
  };
  const page = browser({
    notifications: { permission: () => "granted", ask: async () => "granted" },
    serviceWorker: {
      controller: null,
      ready: Promise.resolve(registration),
      register: async () => registration,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    },
  });
  const { hb, device } = await openApp(page, "otieno");
  await hb.register({ login: "otieno", name: "Otieno", password: PASSWORD });
  await hb.signIn({ login: "otieno", password: PASSWORD });
  const push = watchPush({ ...device, page });
  await expect.poll(() => push.state.get()).toBe("off");
  expect(await push.ask()).toBe("on");
  expect(subscribed).toBe(publicKey);
  const known = () =>
    read(world.pool, (reader) =>
      reader.query<{ endpoint: string }>("SELECT endpoint FROM push_subscription"),
    );
  expect(await known()).toHaveLength(1);
  expect(await push.end()).toBe("off");
  expect(await known()).toHaveLength(0);
  await hb.close();
});
