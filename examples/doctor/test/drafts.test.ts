import { type MemoryDisk, memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { openVault, type Vault } from "@healthbridge/client-sdk/vault";
import { afterEach, describe, expect, test, vi } from "vitest";
import { BLANK, Drafts } from "../src/talk/drafts.ts";

const CHILD = "Y29udmVyc2F0aW9u.1";
const OTHER = "Y29udmVyc2F0aW9u.2";
const COUGHS = { text: "She coughs at night", urgent: true };

const rowsOn = (disk: MemoryDisk) => memoryStore(disk).transaction("read", (tx) => tx.list("meta"));

afterEach(() => void vi.useRealTimers());

describe("what was begun to be written", () => {
  test("is there again, each in its conversation, until it was sent", async () => {
    const disk = memoryDisk();
    const before = await Drafts.open(memoryStore(disk));
    before.note(CHILD, COUGHS);
    before.note(OTHER, { text: "Thank you", urgent: false });
    before.note(OTHER, BLANK);
    expect([before.of(CHILD), before.of(OTHER)]).toEqual([COUGHS, BLANK]);
    await before.close();
    const after = await Drafts.open(memoryStore(disk));
    expect([after.of(CHILD), after.of(OTHER)]).toEqual([COUGHS, BLANK]);
  });

  test("is kept after a pause, and forgotten without one once it was sent", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const disk = memoryDisk();
    const drafts = await Drafts.open(memoryStore(disk));
    drafts.note(CHILD, { text: "She", urgent: false });
    drafts.note(CHILD, COUGHS);
    expect(await rowsOn(disk)).toEqual([]);
    vi.advanceTimersByTime(1_000);
    await expect.poll(() => rowsOn(disk)).toEqual([[`draft:${CHILD}`, COUGHS]]);
    drafts.note(CHILD, BLANK);
    await expect.poll(() => rowsOn(disk)).toEqual([]);
  });

  test("keeps nobody from her desk where it cannot be read", async () => {
    const disk = memoryDisk();
    await memoryStore(disk).transaction("write", (tx) => tx.put("meta", `draft:${CHILD}`, 7));
    expect((await Drafts.open(memoryStore(disk))).of(CHILD)).toEqual(BLANK);
    const closed = memoryStore(disk);
    await closed.close();
    expect((await Drafts.open(closed)).of(CHILD)).toEqual(BLANK);
  });
});

describe("what was begun to be written when the desk locks", () => {
  const newVault = async (): Promise<Vault> => {
    const vault = await openVault({
      name: "amina",
      keys: memoryStore(),
      rounds: 100_000,
      lockAfterMs: Infinity,
    });
    await vault.create({ pin: "739204618502" });
    return vault;
  };

  test("is there again once she has unlocked it, and lies nowhere in plain", async () => {
    const disk = memoryDisk();
    const vault = await newVault();
    const before = await Drafts.open(vault.seal(memoryStore(disk), { as: "drafts", counted: false }));
    before.note(CHILD, COUGHS);
    await before.close();
    vault.lock();
    expect(JSON.stringify(await rowsOn(disk))).not.toMatch(/cough|Y29udmVyc2F0aW9u/);
    const locked = await Drafts.open(vault.seal(memoryStore(disk), { as: "drafts", counted: false }));
    expect(locked.of(CHILD)).toEqual(BLANK);
    await vault.unlock({ pin: "739204618502" });
    const after = await Drafts.open(vault.seal(memoryStore(disk), { as: "drafts", counted: false }));
    expect(after.of(CHILD)).toEqual(COUGHS);
    await vault.close();
  });

  test("is nobody else's, not even of who comes after her on the same disk", async () => {
    const disk = memoryDisk();
    const hers = await newVault();
    const before = await Drafts.open(hers.seal(memoryStore(disk), { as: "drafts", counted: false }));
    before.note(CHILD, COUGHS);
    await before.close();
    const anothers = await newVault();
    const after = await Drafts.open(anothers.seal(memoryStore(disk), { as: "drafts", counted: false }));
    expect(after.of(CHILD)).toEqual(BLANK);
    await Promise.all([hers.close(), anothers.close()]);
  });
});
