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
import { FakeServer } from "../src/testing/index.ts";

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

test("an exchange that is cut because the instance is closed is no problem of the server's", async () => {
  const [url, password] = ["http://127.0.0.1:1", "a sentence only I know"];
  const server = new FakeServer();
  server.addAccount({ login: "amina", password, role: "patient" });
  const asked = Promise.withResolvers<void>();
  const runtime: Runtime = {
    ...platformRuntime(),
    fetch: (to, init) => (to.endsWith("/sync") ? unanswered(init) : server.fetch(new Request(to, init))),
  };
  const unanswered = ({ signal }: RequestInit): Promise<Response> => {
    asked.resolve();
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => {
        reject(new DOMException("This operation was aborted", "AbortError"));
      });
    });
  };
  const hb = await HealthBridge.open({ url, store: memoryStore(), runtime, autoSync: false });
  await hb.signIn({ login: "amina", password });
  const syncing = hb.sync();
  await asked.promise;
  await hb.close();
  expect(await syncing).toMatchObject({ problem: { code: "closed" } });
  expect(hb.status.get().lastProblem).toBeUndefined();
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
