import { expect, test } from "vitest";
import { Background } from "../../src/attachments/background.ts";
import { Value } from "../../src/observable.ts";
import { FakeRuntime } from "../support/fake-runtime.ts";
import { scene, useNetwork } from "../support/scene.ts";

useNetwork();

/** How often something was sent in five minutes in which a hint came each second. */
async function sent(code: string, retryAfter?: number): Promise<number> {
  const { ready } = scene();
  const { status } = await ready();
  const runtime = new FakeRuntime();
  let count = 0;
  const background = new Background({
    hb: { on: () => () => undefined, status: new Value(status.get()) },
    runtime,
    waits: () => true,
    upload: async () => {
      count += 1;
      return { code, retryAfter };
    },
  });
  background.start();
  for (let second = 0; second < 300; second += 5) {
    await runtime.advance(5_000);
    runtime.goOnline();
  }
  background.stop();
  return count;
}

test.each([
  ["unavailable", 120_000],
  ["internal", undefined],
  ["rate_limited", 60_000],
])("a server that says %s is left alone, whatever comes meanwhile", async (code, retryAfter) => {
  expect(await sent(code, retryAfter)).toBeLessThan(9);
});

test("what found no network is sent as soon as one may be there", async () => {
  expect(await sent("offline")).toBeGreaterThan(30);
});
