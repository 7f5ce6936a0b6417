import {
  forgetStore,
  lostStores,
  reportEviction,
  type StorageOptions,
  tellingStore,
  watchStorage,
} from "@healthbridge/client-sdk/web";
import { describe, expect, test } from "vitest";
import { memoryDisk, memoryStore, STORE_TABLES } from "../../src/index.ts";
import { clinic, doctor, otieno, password, slot, wanjiru } from "../support/clinic.ts";
import { FakeBrowser } from "../support/fake-browser.ts";
import { settled } from "../support/fake-runtime.ts";
import { scene, useNetwork } from "../support/scene.ts";

useNetwork();

const name = "patient";

/** A device with somebody signed in, whose storage is watched. */
async function watched(options: Partial<StorageOptions> = {}) {
  const { disk, runtime, ready, open, line, server } = scene();
  const browser = new FakeBrowser();
  const store = memoryStore(disk);
  const hb = await ready({ store });
  const storage = await watchStorage({ name, hb, store, runtime, page: browser, ...options });
  return { disk, runtime, browser, store, hb, storage, open, line, server };
}

/** The same app, opened again after the browser has emptied its database. */
async function openedEmpty({ browser, runtime, open }: Awaited<ReturnType<typeof watched>>) {
  const store = memoryStore(memoryDisk());
  const hb = await open({ store });
  const storage = await watchStorage({ name, hb, store, runtime, page: browser });
  return { store, hb, storage };
}

describe("a store that the browser has emptied", () => {
  test("is known for it, with how much waited last and since when", async () => {
    const before = await watched();
    const { hb, runtime } = before;
    await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    await settled();
    const noted = runtime.wall;
    await hb.close();
    await runtime.advance(3_600_000);
    const { storage, store } = await openedEmpty(before);
    expect(storage.state.get().evicted).toMatchObject({
      name,
      waiting: 2,
      notedAt: noted,
      account: "accountaccountac.1",
    });
    // It is told again until it was acknowledged.
    const { browser } = before;
    const third = await watchStorage({ name, hb: before.hb, store, runtime, page: browser });
    expect(third.state.get().evicted).toMatchObject({ waiting: 2 });
    third.acknowledge();
    const fourth = await watchStorage({ name, hb: before.hb, store, runtime, page: browser });
    expect(fourth.state.get().evicted).toBeUndefined();
  });

  test("under an open app is known for it as well, and what waited is told until it was acknowledged", async () => {
    const { hb, store, storage, browser, runtime } = await watched();
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    await settled();
    await store.transaction("write", async (tx) => {
      for (const table of STORE_TABLES) await tx.clear(table);
    });
    for (let looks = 0; looks < 2; looks += 1) {
      browser.show(true);
      await settled();
      expect(storage.state.get().evicted).toMatchObject({ name, waiting: 1 });
    }
    const again = await watchStorage({ name, hb, store, runtime, page: browser });
    expect(again.state.get().evicted).toMatchObject({ waiting: 1 });
    again.acknowledge();
    browser.show(true);
    await settled();
    expect(storage.state.get().evicted).toBeUndefined();
  });

  test("is not one that is new, was closed in between, or of which the note was lost", async () => {
    const { storage, browser, hb, store, runtime } = await watched();
    expect(storage.state.get().evicted).toBeUndefined();
    const again = await watchStorage({ name, hb, store, runtime, page: browser });
    expect(again.state.get().evicted).toBeUndefined();
    browser.keepsake.texts.clear();
    const third = await watchStorage({ name, hb, store, runtime, page: browser });
    expect(third.state.get().evicted).toBeUndefined();
  });

  test("is not one that was deleted on purpose", async () => {
    const before = await watched();
    before.storage.forget();
    const { storage } = await openedEmpty(before);
    expect(storage.state.get().evicted).toBeUndefined();
  });

  test("is told of before anybody has signed in, where the browser lists its databases", async () => {
    const { browser, hb } = await watched();
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    await settled();
    expect(await lostStores(browser)).toEqual([]);
    browser.databases = async () => [name, "another"];
    expect(await lostStores(browser)).toEqual([]);
    browser.databases = async () => ["another"];
    expect(await lostStores(browser)).toMatchObject([{ name, waiting: 1 }]);
    browser.databases = () => Promise.reject(new DOMException("not here"));
    expect(await lostStores(browser)).toEqual([]);
    forgetStore(name, browser);
    browser.databases = async () => [];
    expect(await lostStores(browser)).toEqual([]);
  });

  test("leaves nothing of a patient outside of it: ids and numbers alone", async () => {
    const { browser, hb } = await watched();
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id, phone: "+254712345678" });
    await settled();
    const [text = ""] = [...browser.keepsake.texts.values()];
    expect(text).toContain('"waiting":1');
    expect(text).not.toMatch(/Kamau|254712345678|amina|Token/i);
  });

  test("whose note was broken is as good as one without", async () => {
    const before = await watched();
    before.storage.stop();
    for (const [key] of before.browser.keepsake.texts) before.browser.keepsake.set(key, '{"mark":7');
    const { storage } = await openedEmpty(before);
    expect(storage.state.get().evicted).toBeUndefined();
  });
});

describe("after an eviction the server", () => {
  test("says how much of what waited it never got, and the emptied device is signed out there", async () => {
    const before = await watched();
    const { hb, line, runtime } = before;
    await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
    await hb.sync();
    // Two more: one arrives and its answer is lost, one is never sent.
    line.faults.push(async (_, go) => {
      await go();
      throw new TypeError("the line broke");
    });
    await hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(1) });
    await hb.sync();
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    await settled();
    await hb.close();
    const after = await openedEmpty(before);
    const { evicted } = after.storage.state.get();
    if (evicted === undefined) throw new Error("nothing was noticed");
    expect(evicted.waiting).toBe(2);
    const device = { hb: after.hb, url: line.url, store: after.store, runtime };
    await expect(reportEviction(device, evicted)).rejects.toMatchObject({ code: "not_signed_in" });
    await after.hb.signIn({ login: "amina", password });
    expect(await reportEviction(device, evicted)).toMatchObject({ waiting: 2, lost: 1 });
    // Again is the same: the device is out already.
    expect(await reportEviction(device, evicted)).toMatchObject({ lost: 1 });
    const { status } = before.server.get("device", evicted.device ?? "") ?? {};
    expect(status).toBe("revoked");
  });

  test("is asked about whoever is signed in, and nobody else", async () => {
    const before = await watched();
    await before.hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    await settled();
    await before.hb.close();
    const after = await openedEmpty(before);
    const { evicted } = after.storage.state.get();
    if (evicted === undefined) throw new Error("nothing was noticed");
    await after.hb.signIn({ login: "baraka", password });
    const device = { hb: after.hb, url: before.line.url, store: after.store, runtime: before.runtime };
    before.line.seen.length = 0;
    expect(await reportEviction(device, evicted)).toMatchObject({ lost: 0 });
    expect(before.line.seen).toEqual([]);
  });
});

describe("keeping what is here", () => {
  test.each([
    ["promises", true],
    ["refuses", false],
  ])(
    "is asked of the browser when something waits for the first time, and once where it %s",
    async (_, promised) => {
      let asked = 0;
      const { hb, browser, storage } = await watched();
      browser.storage = {
        persist: async () => (asked += 1) > 0 && promised,
        persisted: async () => asked > 0 && promised,
        estimate: async () => ({ usage: 123_456 }),
      };
      expect(asked).toBe(0);
      await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
      await hb.registerPatient({ name: "Njeri", clinic: clinic.id });
      await settled();
      expect(asked).toBe(1);
      expect(storage.state.get()).toMatchObject({ persisted: promised });
    },
  );

  test("is the app's to ask for where it says so, and a refusal is a state", async () => {
    let asked = 0;
    const { hb, browser, storage } = await watched({ ask: "never" });
    browser.storage = { persist: async () => (asked += 1) < 0 };
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    await settled();
    expect(asked).toBe(0);
    expect(await storage.askToPersist()).toBe(false);
    expect(storage.state.get().persisted).toBe(false);
  });

  test("cannot be asked where the browser knows nothing of it", async () => {
    const { storage } = await watched();
    expect(await storage.askToPersist()).toBe(false);
    expect(storage.state.get()).toEqual({
      persisted: undefined,
      usedBytes: undefined,
      quota: "ok",
      evicted: undefined,
    });
  });
});

describe("room on the device", () => {
  test("is known from the write that was refused, and from the reserve that was thrown off", async () => {
    const { disk, runtime, ready } = scene();
    const browser = new FakeBrowser();
    let whole: boolean | undefined = true;
    browser.reserve = async () => whole;
    const store = tellingStore(memoryStore(disk));
    const hb = await ready({ store });
    const storage = await watchStorage({ name, hb, store, runtime, room: store, page: browser });
    const quota = () => storage.state.get().quota;
    const register = () => hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    expect(quota()).toBe("ok");
    whole = false;
    browser.show(true);
    await settled();
    expect(quota()).toBe("tight");
    disk.capacity = 0;
    await expect(register()).rejects.toMatchObject({ code: "store_full" });
    await settled();
    expect(quota()).toBe("full");
    disk.capacity = Infinity;
    await register();
    await settled();
    // What was kept may only have been smaller than what was refused.
    expect(quota()).toBe("full");
    whole = true;
    await register();
    await settled();
    expect(quota()).toBe("ok");
  });

  test("is not called tight in a store that has no reserve yet", async () => {
    const browser = new FakeBrowser();
    browser.reserve = async () => false;
    const { storage } = await watched({ page: browser });
    expect(storage.state.get().quota).toBe("ok");
  });
});

test("what is watched no longer is noted no longer, and a store that is closed disturbs nobody", async () => {
  const { hb, browser, storage, store } = await watched();
  storage.stop();
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  await settled();
  expect([...browser.keepsake.texts.values()][0]).toContain('"waiting":0');
  await store.close();
  browser.show(true);
  await settled();
});
