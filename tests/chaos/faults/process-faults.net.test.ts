import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { type Victim, victim } from "./process-faults.ts";

/** As long as it takes on a machine that has other work too. */
const PATIENCE = { timeout: 20_000 };

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "close");
  }
});

/** A process that counts aloud, and may be deaf to TERM. */
async function counting(deaf = false): Promise<{ child: ChildProcess; caught: Victim; count(): number }> {
  const program = `${deaf ? "process.on('SIGTERM', () => {});" : ""} let n = 0; setInterval(() => console.log(++n), 5);`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let count = 0;
  child.stdout?.on("data", (text: Buffer) => {
    count = Number(text.toString().trim().split("\n").at(-1));
  });
  await expect.poll(() => count, PATIENCE).toBeGreaterThan(0);
  return { child, caught: await victim(child.pid ?? 0), count: () => count };
}

test("a killed process is gone when the promise resolves", async () => {
  const { child, caught } = await counting();
  const closed = once(child, "close");
  await caught.kill();
  expect(await caught.running()).toBe(false);
  expect(await closed).toEqual([null, "SIGKILL"]);
});

test("a frozen process stands still, and goes on when it is thawed", async () => {
  const { child, caught, count } = await counting();
  await caught.freeze();
  const closed = once(child, "close");
  // What it had said before it froze may still be under way; a second process's counting shows that time passes.
  const other = await counting();
  const frozenAt = count();
  const then = other.count();
  await expect.poll(other.count, PATIENCE).toBeGreaterThan(then + 20);
  expect(count()).toBe(frozenAt);
  expect(await caught.running()).toBe(true);
  caught.thaw();
  await expect.poll(count, PATIENCE).toBeGreaterThan(frozenAt);
  await caught.kill();
  await closed;
});

test("a process that is frozen for a while lives on", async () => {
  const { caught, count } = await counting();
  await caught.freezeFor(30);
  const then = count();
  await expect.poll(count, PATIENCE).toBeGreaterThan(then);
});

test("a process that ends when asked is not killed, one that does not is", async () => {
  expect(await (await counting()).caught.terminate(10_000)).toBe("ended");
  expect(await (await counting(true)).caught.terminate(50)).toBe("killed");
});

test("a number that nobody has is refused, and one whose process has ended is left alone", async () => {
  const { caught } = await counting();
  await caught.kill();
  await expect(victim(caught.pid)).rejects.toThrow("There is no process");
  expect(await caught.terminate(0)).toBe("ended");
});
