import {
  HealthBridge,
  memoryDisk,
  memoryStore,
  platformRuntime,
  type Runtime,
  type Store,
} from "@healthbridge/client-sdk";
import { openAttachments } from "@healthbridge/client-sdk/attachments";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { dataBudget } from "@healthbridge/client-sdk/web";
import { afterEach, describe, expect, test } from "vitest";
import { Additions } from "../src/app/additions.ts";
import { lateRuntime } from "../src/app/late-runtime.ts";

const URL = "http://server.test";
const PASSWORD = "seven goats cross the river";
const VISIT = "aVdxT2lHdVNyQ2Rm.2";
const PHOTO = new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70)]);

const opened: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

/** A phone on which somebody is signed in, without a network since, and the app on it as it is just opened. */
async function phone() {
  const server = new FakeServer();
  server.addAccount({ login: "wanjiru", password: PASSWORD, role: "patient" });
  const world = { online: true };
  const runtime: Runtime = {
    ...platformRuntime(),
    fetch: (url, init) =>
      world.online ? server.fetch(new Request(url, init)) : Promise.reject(new TypeError("no network")),
  };
  const store = memoryStore();
  const hb = await HealthBridge.open({ url: URL, store, autoSync: false, runtime });
  opened.push(hb);
  await hb.signIn({ login: "wanjiru", password: PASSWORD });
  world.online = false;
  const disk = memoryDisk();
  const openFiles = (): Store => memoryStore(disk);
  const budget = dataBudget({ name: "test", dailyBytes: 1_000_000, runtime });
  const additions = new Additions({
    hb,
    url: URL,
    store,
    openFiles,
    budget,
    runtime: lateRuntime(budget.runtime),
  });
  opened.push(additions);
  return { hb, store, runtime, openFiles, additions };
}

describe("an app that is opened again", () => {
  test("goes on sending a photo of an earlier time, whatever screen is open", async () => {
    const { hb, store, runtime, openFiles, additions } = await phone();
    const before = await openAttachments({ hb, url: URL, store, runtime, files: openFiles() });
    await before.attach(PHOTO, { conversation: VISIT, kind: "photo", thumbnail: false });
    await before.end();
    expect(await additions.resume()).toEqual(["talking"]);
    expect(additions.opened.get()?.attachments.list()).toMatchObject([
      { conversation: VISIT, state: "waiting" },
    ]);
  });

  test("goes on sending what was written in a document", async () => {
    const { store, additions } = await phone();
    await store.transaction("write", (tx) =>
      tx.put("document", `mine:wanjiru:${VISIT}.intake:1`, { update: "AAA=" }),
    );
    expect(await additions.resume()).toEqual(["documents"]);
  });

  test("fetches nothing of that where nothing waits", async () => {
    const { additions } = await phone();
    expect(await additions.resume()).toEqual([]);
  });

  test("that was locked meanwhile stays closed", async () => {
    const { store, additions } = await phone();
    await store.transaction("write", (tx) =>
      tx.put("document", `mine:wanjiru:${VISIT}.intake:1`, { update: "AAA=" }),
    );
    const resuming = additions.resume();
    await additions.close();
    expect(await resuming).toEqual([]);
  });
});
