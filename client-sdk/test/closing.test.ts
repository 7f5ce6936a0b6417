import { expect, test } from "vitest";
import { HealthBridge, memoryStore } from "../src/index.ts";

test("an instance that is closed the moment it was opened comes to its end", async () => {
  const hb = await HealthBridge.open({ url: "http://127.0.0.1:1", store: memoryStore() });
  await expect(hb.close()).resolves.toBeUndefined();
});
