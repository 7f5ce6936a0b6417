/**
 * A process of its own on a store's file, for the tests that need two of them or kill one.
 *
 * - `increment <file> <times>`: adds one, so many times.
 * - `write <file>`: writes for ever a pair of rows and how many pairs there are, printing a number once its transaction has resolved.
 */
import { writeSync } from "node:fs";
import { setImmediate as pause } from "node:timers/promises";
import { sqliteStore } from "@healthbridge/client-sdk/node";

const [task, file = "", times = "0"] = process.argv.slice(2);
const store = sqliteStore(file);

async function increment(): Promise<void> {
  await store.transaction("write", async (tx) => {
    const before = await tx.get("meta", "count");
    // Never do this in an app; here it makes sure that another process comes in between, if it can.
    await pause();
    await tx.put("meta", "count", typeof before === "number" ? before + 1 : 1);
  });
}

async function write(): Promise<void> {
  await store.transaction("write", async (tx) => {
    const count = Number((await tx.get("meta", "count")) ?? 0) + 1;
    const key = String(count).padStart(8, "0");
    await tx.put("outbox", key, { number: count, note: "x".repeat(500) });
    await tx.put("outcome", key, { number: count });
    await tx.put("meta", "count", count);
  });
}

if (task === "increment") {
  for (let time = 0; time < Number(times); time += 1) await increment();
  await store.close();
} else {
  for (let number = 1; ; number += 1) {
    await write();
    // Not through a buffer that a kill would lose: what is printed has been acknowledged, and what was acknowledged is printed.
    writeSync(1, `${number}\n`);
  }
}
