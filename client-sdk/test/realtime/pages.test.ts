import type { SyncResponse } from "@healthbridge/schema";
import { expect, it } from "vitest";
import { Pages } from "../../src/realtime/pages.ts";

const page: SyncResponse = { settled: 0, serverTime: 1_000_000, epoch: 1, changes: [] };

it.each([
  ["as both clocks go on", 20_000, 20_000],
  ["while the device sleeps and one of them stands still", 20_000, 0],
  ["while somebody sets the other back", -3_600_000, 20_000],
])("the time of a page that is taken in late is that of when it came: %s", (_, wall, mono) => {
  const clock = { wall: 5_000_000, mono: 70 };
  const pages = new Pages({ now: () => clock.wall, monotonic: () => clock.mono }, () => undefined);
  pages.add({ page, since: "1:5" });
  clock.wall += wall;
  clock.mono += mono;
  expect(pages.answerTo({ cursors: "1:5" })?.serverTime).toBe(1_020_000);
});
