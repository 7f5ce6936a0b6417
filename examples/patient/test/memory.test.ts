import { memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { expect, test } from "vitest";
import { Memory } from "../src/app/memory.ts";

const doctors = (...numbers: readonly number[]) => numbers.map((number) => `doctordoctordoct.${number}`);

test("what was noted is there again after a restart", async () => {
  const disk = memoryDisk();
  const before = await Memory.open(memoryStore(disk));
  before.note({ place: { lat: 3.1, lng: 35.6, name: "Lodwar" } });
  before.note({ saver: true });
  await before.close();
  const after = await Memory.open(memoryStore(disk));
  expect(after.get()).toMatchObject({ place: { name: "Lodwar" }, saver: true, found: [] });
});

test("who watches sees a change at once", async () => {
  const memory = await Memory.open(memoryStore());
  const seen: boolean[] = [];
  memory.subscribe(({ saver }) => seen.push(saver));
  memory.note({ saver: true });
  expect(seen).toEqual([false, true]);
});

test("of the calendars that are kept up to date the oldest gives way", async () => {
  const memory = await Memory.open(memoryStore());
  expect(memory.noteFollowed(doctors(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).toEqual([]);
  expect(memory.noteFollowed(doctors(11, 12, 13))).toEqual(doctors(10));
  expect(memory.get().followed.slice(0, 4)).toEqual(doctors(11, 12, 13, 1));
});

test("asking for what is followed already changes nothing", async () => {
  const memory = await Memory.open(memoryStore());
  memory.noteFollowed(doctors(1, 2));
  const before = memory.get();
  memory.noteFollowed(doctors(1, 2));
  expect(memory.get()).toBe(before);
});

test("what was begun to be written is there again after a restart, until it was sent", async () => {
  const disk = memoryDisk();
  const before = await Memory.open(memoryStore(disk));
  before.noteDraft("conversationcon.1", "She coughs");
  before.noteDraft("conversationcon.2", "Thank you");
  before.noteDraft("conversationcon.2", "");
  await before.close();
  const after = await Memory.open(memoryStore(disk));
  expect(after.get().drafts).toEqual({ "conversationcon.1": "She coughs" });
});

test("photos that are to go with what was begun are there again after a restart, until it was sent", async () => {
  const disk = memoryDisk();
  const before = await Memory.open(memoryStore(disk));
  const photo = { id: "attachmentattac.1", kind: "photo" } as const;
  before.noteEnclosed("conversationcon.1", [photo]);
  before.noteEnclosed("conversationcon.2", [photo]);
  before.noteEnclosed("conversationcon.2", []);
  await before.close();
  const after = await Memory.open(memoryStore(disk));
  expect(after.enclosedIn("conversationcon.1")).toEqual([photo]);
  expect(after.get().enclosed).toEqual({ "conversationcon.1": [photo] });
});

test("what one tab notes does not undo what another has noted since it was opened", async () => {
  const disk = memoryDisk();
  const [one, other] = [await Memory.open(memoryStore(disk)), await Memory.open(memoryStore(disk))];
  const photo = { id: "attachmentattac.1", kind: "photo" } as const;
  one.noteDraft("conversationcon.1", "She coughs");
  one.noteEnclosed("conversationcon.1", [photo]);
  await one.close();
  other.noteDraft("conversationcon.2", "Thank you");
  other.note({ saver: true });
  await other.close();
  const after = await Memory.open(memoryStore(disk));
  expect(after.get()).toMatchObject({
    saver: true,
    drafts: { "conversationcon.1": "She coughs", "conversationcon.2": "Thank you" },
    enclosed: { "conversationcon.1": [photo] },
  });
});
