import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { indexedDbStore } from "@healthbridge/client-sdk";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { deviceParts } from "../src/shell/device-parts.ts";
import type { Safe } from "../src/shell/safe.ts";
import { PIN } from "./support/fake-device.ts";

const { safe: openSafe, newPerson, memory: newMemory, carry } = deviceParts("patient");
let factory = new IDBFactory();
beforeEach(() => {
  factory = new IDBFactory();
  vi.stubGlobal("indexedDB", factory);
});

/** As Firefox did before 126, and some web views do. */
function sayNothing(): void {
  Object.defineProperty(factory, "databases", { value: undefined });
}

/** What is there, whether or not a page can ask. */
async function databases(): Promise<readonly string[]> {
  const found = await IDBFactory.prototype.databases.call(factory);
  return found.flatMap(({ name }) => name ?? []);
}

const queue = (safe: Safe): Promise<void> =>
  safe.store.transaction("write", (tx) => tx.put("outbox", "request 1", { type: "patient.register" }));
const takePhoto = (safe: Safe): Promise<void> =>
  safe
    .beside("files")
    .transaction("write", (tx) => tx.put("outbox", "photo 1", { seal: "drawn", status: "waiting" }));

describe.each([
  ["says which databases it has", () => undefined],
  ["does not say which databases it has", sayNothing],
])("in a browser that %s", (_, prepare) => {
  beforeEach(prepare);

  test("a safe counts what waits in all its stores, those of another day included", async () => {
    const person = newPerson("amina");
    const safe = await openSafe(person);
    await safe.create(PIN);
    expect(await safe.unsent()).toBe(0);
    await queue(safe);
    await takePhoto(safe);
    await safe.close();
    const again = await openSafe(person);
    await again.unlock(PIN);
    expect(await again.unsent()).toBe(2);
    await again.close();
  });

  test("a safe that is wiped leaves no database", async () => {
    const person = newPerson("amina");
    const safe = await openSafe(person);
    await safe.create(PIN);
    await queue(safe);
    await takePhoto(safe);
    await safe.wipe();
    await safe.close();
    const hers = async (): Promise<readonly string[]> =>
      (await databases()).filter((name) => name.startsWith(person.name));
    await expect.poll(hers).toEqual([]);
  });
});

test("what somebody signed in with before she had a PIN is in memory alone, and goes into her safe whole, sealed", async () => {
  const memory = await newMemory();
  const rows = {
    meta: ["session", { token: "as good as a password" }],
    outbox: ["request 1", { n: 1 }],
  } as const;
  await memory().transaction("write", async (tx) => {
    await tx.put("meta", ...rows.meta);
    await tx.put("outbox", ...rows.outbox);
  });
  expect(await databases()).toEqual([]);
  const person = newPerson("amina");
  const safe = await openSafe(person);
  await safe.create(PIN);
  await carry(memory(), safe.store);
  const carried = await safe.store.transaction("read", async (tx) => [
    await tx.get("meta", "session"),
    await tx.list("outbox"),
  ]);
  expect(carried).toEqual([rows.meta[1], [rows.outbox]]);
  await safe.close();
  const disk = indexedDbStore({ name: person.name });
  const plain = await disk.transaction("read", (tx) => tx.list("meta"));
  await disk.close();
  expect(plain.length).toBeGreaterThan(0);
  expect(JSON.stringify(plain)).not.toContain("as good as");
});

describe("a safe tells that what waits has changed", () => {
  test("when something is queued or attached, and not when anything else is kept or read", async () => {
    const safe = await openSafe(newPerson("amina"));
    await safe.create(PIN);
    const before = safe.changes.get();
    await queue(safe);
    expect(safe.changes.get()).toBe(before + 1);
    await takePhoto(safe);
    expect(safe.changes.get()).toBe(before + 2);
    await safe.store.transaction("write", (tx) => tx.put("entity", "doctor:1", { name: "Achieng" }));
    await safe.unsent();
    expect(safe.changes.get()).toBe(before + 2);
    await safe.store.transaction("write", (tx) => tx.delete("outbox", "request 1"));
    expect(safe.changes.get()).toBe(before + 3);
    await safe.close();
  });

  test("in another tab as well", async () => {
    const person = newPerson("amina");
    const safe = await openSafe(person);
    await safe.create(PIN);
    const tab = await openSafe(person);
    await queue(safe);
    await expect.poll(() => tab.changes.get()).toBe(1);
    await Promise.all([safe.close(), tab.close()]);
  });

  test("where there are no channels, in its own tab", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    const safe = await openSafe(newPerson("amina"));
    await safe.create(PIN);
    await queue(safe);
    expect(safe.changes.get()).toBe(1);
    await safe.close();
  });

  test("and not when nothing of it was kept", async () => {
    const safe = await openSafe(newPerson("amina"));
    await safe.create(PIN);
    const failing = safe.store.transaction("write", async (tx) => {
      await tx.put("outbox", "request 1", { type: "patient.register" });
      throw new Error("changed her mind");
    });
    await expect(failing).rejects.toThrow("changed her mind");
    expect(safe.changes.get()).toBe(0);
    await safe.close();
  });
});
