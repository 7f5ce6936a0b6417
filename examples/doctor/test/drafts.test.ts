import { type MemoryDisk, memoryDisk, memoryStore, type Store } from "@healthbridge/client-sdk";
import { openVault, type Vault } from "@healthbridge/client-sdk/vault";
import { afterEach, describe, expect, test, vi } from "vitest";
import { keptPhoto } from "../src/talk/photo-bytes.ts";
import { BLANK, type Draft, Drafts, withoutSent } from "../src/talk/drafts.ts";

const CHILD = "Y29udmVyc2F0aW9u.1";
const OTHER = "Y29udmVyc2F0aW9u.2";
const COUGHS = { text: "She coughs at night", urgent: true, photos: [] };

/** By its first bytes a JPEG. */
const photo = (name: string): File =>
  new File([new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3]), name], `${name}.jpg`, { type: "image/jpeg" });

const namesOf = ({ photos }: Draft): readonly string[] => photos.map(({ name }) => name);

/** A window's way to a store that all windows of a browser share. */
function windowOn(disk: MemoryDisk, name: string): Store {
  const store = memoryStore(disk);
  return {
    name,
    transaction: (mode, work) => store.transaction(mode, work),
    close: () => store.close(),
  };
}

const rowsOn = (disk: MemoryDisk) => memoryStore(disk).transaction("read", (tx) => tx.list("meta"));

afterEach(() => void vi.useRealTimers());

describe("what was begun to be written", () => {
  test("is there again, each in its conversation, until it was sent", async () => {
    const disk = memoryDisk();
    const before = await Drafts.open(memoryStore(disk));
    before.note(CHILD, COUGHS);
    before.note(OTHER, { ...BLANK, text: "Thank you" });
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
    drafts.note(CHILD, { ...BLANK, text: "She" });
    drafts.note(CHILD, COUGHS);
    expect(await rowsOn(disk)).toEqual([]);
    vi.advanceTimersByTime(1_000);
    await expect.poll(() => rowsOn(disk)).toEqual([[`draft:${CHILD}`, COUGHS]]);
    drafts.note(CHILD, BLANK);
    await expect.poll(() => rowsOn(disk)).toEqual([]);
  });

  test("has its photos again as they were, and keeps none that was taken away or is sent", async () => {
    const disk = memoryDisk();
    const before = await Drafts.open(memoryStore(disk));
    before.note(CHILD, COUGHS);
    await before.choose(CHILD, photo("rash"));
    await before.choose(CHILD, photo("rash again"));
    const [, again] = before.of(CHILD).photos;
    before.note(CHILD, { ...before.of(CHILD), photos: before.of(CHILD).photos.slice(0, 1) });
    await before.close();
    const after = await Drafts.open(memoryStore(disk));
    expect(after.of(CHILD)).toMatchObject({ text: COUGHS.text, photos: [{ name: "rash.jpg" }] });
    const [rash] = after.of(CHILD).photos;
    const kept = await after.photo(rash?.id ?? "");
    expect(await keptPhoto(kept ?? photo("another"))).toEqual(await keptPhoto(photo("rash")));
    expect(await after.photo(again?.id ?? "")).toBeUndefined();
    after.note(CHILD, BLANK);
    await after.close();
    const rows = await memoryStore(disk).transaction("read", async (tx) => [
      ...(await tx.list("meta")),
      ...(await tx.list("entity")),
    ]);
    expect(rows).toEqual([]);
  });

  test("loses no letter that is typed while a photo is made ready, and no photo either", async () => {
    const disk = memoryDisk();
    const drafts = await Drafts.open(memoryStore(disk));
    drafts.note(CHILD, { ...BLANK, text: "See" });
    const choosing = drafts.choose(CHILD, photo("rash"));
    drafts.note(CHILD, { ...drafts.of(CHILD), text: "See the rash" });
    await choosing;
    drafts.note(CHILD, { ...drafts.of(CHILD), urgent: true });
    await drafts.close();
    const after = (await Drafts.open(memoryStore(disk))).of(CHILD);
    expect({ ...after, photos: namesOf(after) }).toEqual({
      text: "See the rash",
      urgent: true,
      photos: ["rash.jpg"],
    });
  });

  test("is not chosen where there is no room for a photo, and what was written is still there", async () => {
    const disk = memoryDisk();
    const drafts = await Drafts.open(memoryStore(disk));
    drafts.note(CHILD, COUGHS);
    disk.capacity = 0;
    await expect(drafts.choose(CHILD, photo("rash"))).rejects.toMatchObject({ code: "store_full" });
    expect(drafts.of(CHILD)).toEqual(COUGHS);
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

describe("once it was sent", () => {
  const rash = { id: "1", name: "rash.jpg" };
  const again = { id: "2", name: "again.jpg" };

  test("nothing is left, unless something was written or chosen meanwhile", () => {
    const sent = { text: "See the rash ", urgent: true, photos: [rash] };
    expect(withoutSent(sent, sent)).toEqual(BLANK);
    expect(withoutSent({ ...sent, text: "See the rash and call me", photos: [rash, again] }, sent)).toEqual({
      text: "and call me",
      urgent: false,
      photos: [again],
    });
    expect(withoutSent({ ...sent, text: "Come in at noon" }, sent)).toEqual({
      ...BLANK,
      text: "Come in at noon",
    });
    expect(withoutSent({ ...COUGHS, urgent: true }, { ...COUGHS, urgent: false })).toEqual({
      ...BLANK,
      urgent: true,
    });
    expect(withoutSent({ ...BLANK, text: "Thank you" }, { ...BLANK, photos: [rash] }).text).toBe("Thank you");
  });

  test("it is forgotten at once, and what was written meanwhile is kept", async () => {
    const disk = memoryDisk();
    const before = await Drafts.open(memoryStore(disk));
    before.note(CHILD, COUGHS);
    await before.choose(CHILD, photo("rash"));
    const sent = before.of(CHILD);
    before.note(CHILD, { ...sent, text: `${COUGHS.text} and by day` });
    before.sent(CHILD, sent);
    expect(before.of(CHILD)).toEqual({ ...BLANK, text: "and by day" });
    await expect.poll(() => rowsOn(disk)).toEqual([[`draft:${CHILD}`, { ...BLANK, text: "and by day" }]]);
    await before.close();
    const after = await Drafts.open(memoryStore(disk));
    expect(await after.photo(sent.photos[0]?.id ?? "")).toBeUndefined();
  });
});

describe("two windows of one browser", () => {
  test("have the same begun: what is written, chosen, taken away or sent in the one is so in the other", async () => {
    const disk = memoryDisk();
    const one = await Drafts.open(windowOn(disk, "achieng"));
    const other = await Drafts.open(windowOn(disk, "achieng"));
    const seen: Draft[] = [];
    other.watch(CHILD, (draft) => void seen.push(draft));
    one.note(CHILD, COUGHS);
    await expect.poll(() => other.of(CHILD)).toEqual(COUGHS);
    expect(seen.at(-1)).toEqual(COUGHS);
    await one.choose(CHILD, photo("rash"));
    await expect.poll(() => namesOf(other.of(CHILD))).toEqual(["rash.jpg"]);
    other.note(CHILD, { ...other.of(CHILD), text: "She coughs at night, and by day", photos: [] });
    await expect
      .poll(() => one.of(CHILD))
      .toMatchObject({ text: "She coughs at night, and by day", photos: [] });
    one.note(CHILD, BLANK);
    await expect.poll(() => other.of(CHILD)).toEqual(BLANK);
    await Promise.all([one.close(), other.close()]);
  });

  test("show the same in the end, though both were written in at once", async () => {
    const disk = memoryDisk();
    const one = await Drafts.open(windowOn(disk, "achieng"));
    const other = await Drafts.open(windowOn(disk, "achieng"));
    one.note(CHILD, { ...BLANK, text: "In the one" });
    other.note(CHILD, { ...BLANK, text: "In the other" });
    await expect.poll(() => rowsOn(disk)).toHaveLength(1);
    await expect
      .poll(async () => {
        const kept = (await rowsOn(disk))[0]?.[1];
        return [one.of(CHILD), other.of(CHILD)].every(
          (each) => JSON.stringify(each) === JSON.stringify(kept),
        );
      })
      .toBe(true);
    await Promise.all([one.close(), other.close()]);
  });

  test("where a browser has no way between them the other has it when the conversation is opened anew", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    const disk = memoryDisk();
    const one = await Drafts.open(windowOn(disk, "achieng"));
    const other = await Drafts.open(windowOn(disk, "achieng"));
    one.note(CHILD, COUGHS);
    await one.close();
    other.watch(CHILD, () => undefined);
    await expect.poll(() => other.of(CHILD)).toEqual(COUGHS);
    await other.close();
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
    await before.choose(CHILD, photo("rash"));
    const hers = before.of(CHILD);
    await before.close();
    vault.lock();
    const everything = await memoryStore(disk).transaction("read", async (tx) => [
      ...(await tx.list("meta")),
      ...(await tx.list("entity")),
    ]);
    const plainly = (await keptPhoto(photo("rash"))).data;
    expect(everything.length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(everything)).not.toMatch(/cough|rash|jpeg|Y29udmVyc2F0aW9u/);
    expect(JSON.stringify(everything)).not.toContain(plainly);
    const locked = await Drafts.open(vault.seal(memoryStore(disk), { as: "drafts", counted: false }));
    expect(locked.of(CHILD)).toEqual(BLANK);
    await vault.unlock({ pin: "739204618502" });
    const after = await Drafts.open(vault.seal(memoryStore(disk), { as: "drafts", counted: false }));
    expect(after.of(CHILD)).toEqual(hers);
    expect(await after.photo(hers.photos[0]?.id ?? "")).toBeDefined();
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
