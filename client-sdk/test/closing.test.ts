import { expect, test } from "vitest";
import {
  HealthBridge,
  memoryDisk,
  memoryStore,
  platformRuntime,
  type Runtime,
  type Store,
  StoreError,
} from "../src/index.ts";

test("an instance that is closed the moment it was opened comes to its end", async () => {
  const hb = await HealthBridge.open({ url: "http://127.0.0.1:1", store: memoryStore() });
  await expect(hb.close()).resolves.toBeUndefined();
});

test("whoever asks a closed instance to sync is told so", async () => {
  const hb = await HealthBridge.open({ url: "http://127.0.0.1:1", store: memoryStore(), autoSync: false });
  await hb.close();
  expect(await hb.sync()).toMatchObject({ done: false, problem: { code: "closed" } });
});

test("what was queued the moment before an instance was closed is kept, and its caller is told so", async () => {
  const disk = memoryDisk();
  const open = () =>
    HealthBridge.open({ url: "http://127.0.0.1:1", store: memoryStore(disk), autoSync: false });
  const hb = await open();
  const queued = hb.registerPatient({ name: "Kamau" });
  await hb.close();
  const { id } = await queued;
  const again = await open();
  expect(again.waiting()).toMatchObject([{ id }]);
  await again.close();
});

test("an instance that could not be opened listens to nothing, and its store can be opened once that is possible", async () => {
  let listening = 0;
  const listen = (): (() => void) => {
    listening += 1;
    return () => {
      listening -= 1;
    };
  };
  const runtime: Runtime = {
    ...platformRuntime(),
    onOnline: listen,
    openChannel: () => ({ post: () => undefined, close: listen() }),
  };
  const inner = memoryStore();
  let isBlocked = true;
  const store: Store = {
    async transaction(mode, work) {
      if (isBlocked) throw new StoreError("store_blocked", "Another tab runs an older version of the app.");
      return inner.transaction(mode, work);
    },
    close: () => inner.close(),
  };
  const options = { url: "http://127.0.0.1:1", store, runtime, autoSync: false };
  await expect(HealthBridge.open(options)).rejects.toMatchObject({ code: "store_blocked" });
  expect(listening).toBe(0);
  isBlocked = false;
  await (await HealthBridge.open(options)).close();
  expect(listening).toBe(0);
});
