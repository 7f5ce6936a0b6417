import { expect, test } from "vitest";
import { HealthBridge, memoryStore } from "../src/index.ts";

test("an instance that is closed the moment it was opened comes to its end", async () => {
  const hb = await HealthBridge.open({ url: "http://127.0.0.1:1", store: memoryStore() });
  await expect(hb.close()).resolves.toBeUndefined();
});

test("whoever asks a closed instance to sync is told so", async () => {
  const hb = await HealthBridge.open({ url: "http://127.0.0.1:1", store: memoryStore(), autoSync: false });
  await hb.close();
  expect(await hb.sync()).toMatchObject({ done: false, problem: { code: "closed" } });
});
