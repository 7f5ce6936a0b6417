import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { sqliteStore } from "@healthbridge/client-sdk/node";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "healthbridge-sqlite-"));
const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function start(...args: string[]) {
  const script = fileURLToPath(new URL("./sqlite-worker.ts", import.meta.url));
  const flags = ["--conditions=@healthbridge/source", "--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  return child;
}

describe("SQLite store, several processes", () => {
  test("increments of two processes and of this one all count", { timeout: 60_000 }, async () => {
    const file = join(folder, "increment.db");
    const store = sqliteStore(file);
    const others = [start("increment", file, "100"), start("increment", file, "100")];
    const exits = others.map((child) => once(child, "exit"));
    for (let time = 0; time < 100; time += 1) {
      await store.transaction("write", async (tx) => {
        await tx.put("meta", "count", Number((await tx.get("meta", "count")) ?? 0) + 1);
      });
    }
    expect((await Promise.all(exits)).map(([code]) => code)).toEqual([0, 0]);
    expect(await store.transaction("read", (tx) => tx.get("meta", "count"))).toBe(300);
    await store.close();
  });

  test("a process waits, without standing still, while another holds the file", async () => {
    const file = join(folder, "wait.db");
    await useOnce(file);
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    const store = sqliteStore(file);
    let settled = false;
    const write = store.transaction("write", (tx) => tx.put("meta", "a", 1)).then(() => (settled = true));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    other.exec("COMMIT");
    other.close();
    await write;
    expect(await store.transaction("read", (tx) => tx.get("meta", "a"))).toBe(1);
    await store.close();
  });

  test(
    "kill -9 between many writes loses nothing acknowledged and leaves nothing half",
    { timeout: 60_000 },
    async () => {
      const file = join(folder, "kill.db");
      let acknowledged = 0;
      for (const atLeast of [1, 17, 60, 150]) {
        const before = acknowledged;
        const child = start("write", file);
        const exit = once(child, "exit");
        for await (const line of createInterface({ input: child.stdout })) {
          acknowledged = before + Number(line);
          if (Number(line) === atLeast) child.kill("SIGKILL");
        }
        expect((await exit)[1]).toBe("SIGKILL");
        const kept = await whatIsKept(file);
        // One more may have been committed and not yet printed.
        expect([acknowledged, acknowledged + 1]).toContain(kept);
        acknowledged = kept;
      }
    },
  );
});

async function useOnce(file: string): Promise<void> {
  const store = sqliteStore(file);
  await store.transaction("write", (tx) => tx.put("meta", "session", 1));
  await store.close();
}

/** How many pairs there are; fails where one of them is not whole. */
async function whatIsKept(file: string): Promise<number> {
  const store = sqliteStore(file);
  const [count, outbox, outcome] = await store.transaction(
    "read",
    async (tx) => [await tx.get("meta", "count"), await tx.list("outbox"), await tx.list("outcome")] as const,
  );
  await store.close();
  const wanted = Array.from({ length: Number(count) }, (_, index) => String(index + 1).padStart(8, "0"));
  expect(outbox.map(([key]) => key)).toEqual(wanted);
  expect(outcome.map(([key]) => key)).toEqual(wanted);
  expect(outbox.every(([, value]) => JSON.stringify(value).length > 500)).toBe(true);
  return wanted.length;
}
