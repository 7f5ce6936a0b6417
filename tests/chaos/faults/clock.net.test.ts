import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { wrongClock } from "./clock.ts";

/** As long as it takes on a machine that has other work too. */
const PATIENCE = { timeout: 20_000 };

const DAY = 86_400_000;

let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

interface Told {
  readonly now: number;
  readonly made: number;
  readonly said: number;
  readonly passed: number;
  readonly isDate: boolean;
  readonly fixed: string;
}

const PROGRAM = `setInterval(() => {
  const made = new Date();
  console.log(JSON.stringify({ now: Date.now(), made: made.getTime(), said: Date.parse(Date()), passed: performance.now(),
    isDate: made instanceof Date && made.constructor === Date, fixed: new Date(0).toISOString() }));
}, 5);`;

test("a process's dates are wrong by as much as was asked, and jump while it runs; what it measures is right", async () => {
  const folder = await mkdtemp(join(tmpdir(), "healthbridge-clock-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const clock = await wrongClock(folder, "device", 3_650 * DAY);
  const child = spawn(process.execPath, ["--import", clock.preload, "-e", PROGRAM], {
    env: { ...process.env, ...clock.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  stack.defer(async () => {
    child.kill("SIGKILL");
    await once(child, "close");
  });
  let told: Told | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => {
    told = JSON.parse(line) as Told;
  });
  const daysWrong = (): readonly number[] =>
    [told?.now, told?.made, told?.said].map((time) => Math.round(((time ?? 0) - Date.now()) / DAY) + 0);

  await expect.poll(daysWrong, PATIENCE).toEqual([3_650, 3_650, 3_650]);
  expect(told).toMatchObject({ isDate: true, fixed: "1970-01-01T00:00:00.000Z" });
  const passed = told?.passed ?? 0;
  await clock.set(-DAY);
  await expect.poll(daysWrong, PATIENCE).toEqual([-1, -1, -1]);
  expect(told?.passed).toBeGreaterThan(passed);
  expect(told?.passed).toBeLessThan(60_000);
  await clock.set(0);
  await expect.poll(daysWrong, PATIENCE).toEqual([0, 0, 0]);
});
