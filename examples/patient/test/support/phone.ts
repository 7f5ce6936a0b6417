import {
  HealthBridge,
  memoryDisk,
  memoryStore,
  platformRuntime,
  type Runtime,
  type Store,
} from "@healthbridge/client-sdk";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { dataBudget } from "@healthbridge/client-sdk/web";
import { onTestFinished } from "vitest";
import { Additions, type AdditionParts } from "../../src/app/additions.ts";
import { lateRuntime } from "../../src/app/late-runtime.ts";

export const URL = "http://server.test";
const PASSWORD = "seven goats cross the river";

/**
 * A phone on which somebody is signed in, without a network since, and the app on it as it is just opened.
 * @param fast ms by which its clock is fast
 */
export async function phone({
  fast = 0,
  ...parts
}: Partial<AdditionParts> & { readonly fast?: number } = {}) {
  const server = new FakeServer({ time: { ...platformRuntime(), now: () => Date.now() - fast } });
  server.addAccount({ login: "wanjiru", password: PASSWORD, role: "patient" });
  const world = { online: true };
  const runtime: Runtime = {
    ...platformRuntime(),
    fetch: (url, init) =>
      world.online ? server.fetch(new Request(url, init)) : Promise.reject(new TypeError("no network")),
  };
  const store = memoryStore();
  const hb = await HealthBridge.open({ url: URL, store, autoSync: false, runtime });
  onTestFinished(() => hb.close());
  await hb.signIn({ login: "wanjiru", password: PASSWORD });
  world.online = false;
  const disk = memoryDisk();
  const openFiles = (): Store => memoryStore(disk);
  const budget = dataBudget({ name: "test", dailyBytes: 1_000_000, runtime });
  const late = lateRuntime(budget.runtime);
  const additions = new Additions({ hb, url: URL, store, openFiles, budget, runtime: late, ...parts });
  onTestFinished(() => additions.close());
  return { server, world, hb, store, runtime, late, budget, openFiles, additions };
}
