import { memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { openVault } from "@healthbridge/client-sdk/vault";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Begun } from "../../src/logic/begun.ts";

const FORM = "register/Y2xpbmljY2xpbmlj.1/";
const HOUR_MS = 3_600_000;

afterEach(() => void vi.useRealTimers());

describe("a form that was begun", () => {
  test("is there again when the app is opened anew, each under its name, until it was sent", async () => {
    const disk = memoryDisk();
    const before = await Begun.open(memoryStore(disk));
    before.note(FORM, { name: "Wanjiru", phone: "0712" });
    before.note("reason/1", { text: "Cough" });
    before.note("reason/2", { text: "Fever" });
    before.forget("reason/2");
    await before.close();
    const after = await Begun.open(memoryStore(disk));
    expect([FORM, "reason/1", "reason/2"].map((name) => after.of(name))).toEqual([
      { name: "Wanjiru", phone: "0712" },
      { text: "Cough" },
      undefined,
    ]);
  });

  test("is kept after a pause, though nobody closes the app", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const disk = memoryDisk();
    const begun = await Begun.open(memoryStore(disk));
    begun.note(FORM, { name: "Wanjiru" });
    vi.advanceTimersByTime(1_000);
    await expect.poll(async () => (await Begun.open(memoryStore(disk))).of(FORM)).toBeDefined();
  });

  test("is forgotten, also on the disk, when nobody has gone on with it for days", async () => {
    const disk = memoryDisk();
    const begun = await Begun.open(memoryStore(disk));
    begun.note(FORM, { name: "Wanjiru" });
    await begun.close();
    const soon = await Begun.open(memoryStore(disk), Date.now() + 48 * HOUR_MS);
    expect(soon.of(FORM)).toEqual({ name: "Wanjiru" });
    const late = await Begun.open(memoryStore(disk), Date.now() + 96 * HOUR_MS);
    expect(late.of(FORM)).toBeUndefined();
    await late.close();
    const rows = await memoryStore(disk).transaction("read", (tx) => tx.list("meta"));
    expect(rows).toEqual([]);
  });

  test("lies nowhere in plain, and is read when the worker has unlocked the app", async () => {
    const disk = memoryDisk();
    const vault = await openVault({
      name: "amina",
      keys: memoryStore(),
      rounds: 100_000,
      lockAfterMs: Infinity,
    });
    await vault.create({ pin: "739204618502" });
    const drafts = () => vault.seal(memoryStore(disk), { as: "drafts", counted: false });
    const before = await Begun.open(drafts());
    before.note("register/Y2xpbmljY2xpbmlj.1/wanjiru", { name: "Wanjiru" });
    await before.close();
    vault.lock();
    const rows = await memoryStore(disk).transaction("read", (tx) => tx.list("meta"));
    expect(rows.length).toBeGreaterThanOrEqual(1);
    expect(JSON.stringify(rows)).not.toMatch(/wanjiru|Y2xpbmlj/i);
    await vault.unlock({ pin: "739204618502" });
    const after = await Begun.open(drafts());
    expect(after.of("register/Y2xpbmljY2xpbmlj.1/wanjiru")).toEqual({ name: "Wanjiru" });
    await vault.close();
  });

  test("stays in sight where the device has no room to keep it", async () => {
    const disk = memoryDisk();
    const begun = await Begun.open(memoryStore(disk));
    disk.capacity = 0;
    begun.note(FORM, { name: "Wanjiru" });
    await begun.close();
    expect(begun.of(FORM)).toEqual({ name: "Wanjiru" });
  });
});
