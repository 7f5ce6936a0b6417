import { openAttachments } from "@healthbridge/client-sdk/attachments";
import { describe, expect, test, vi } from "vitest";
import { phone, URL } from "./support/phone.ts";

const VISIT = "aVdxT2lHdVNyQ2Rm.2";
const PHOTO = new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70)]);

describe("an app that is opened again", () => {
  test("goes on sending a photo of an earlier time, whatever screen is open", async () => {
    const { hb, store, runtime, openFiles, additions } = await phone();
    const before = await openAttachments({ hb, url: URL, store, runtime, files: openFiles() });
    await before.attach(PHOTO, { conversation: VISIT, kind: "photo", thumbnail: false });
    await before.end();
    expect(await additions.resume()).toEqual(["talking"]);
    expect(additions.opened.get()?.attachments.list()).toMatchObject([
      { conversation: VISIT, state: "waiting" },
    ]);
  });

  test("goes on sending what was written in a document", async () => {
    const { store, additions } = await phone();
    await store.transaction("write", (tx) =>
      tx.put("document", `mine:wanjiru:${VISIT}.intake:1`, { update: "AAA=" }),
    );
    expect(await additions.resume()).toEqual(["documents"]);
  });

  test("fetches nothing of that where nothing waits", async () => {
    const { additions } = await phone();
    expect(await additions.resume()).toEqual([]);
  });

  test("that was locked meanwhile stays closed", async () => {
    const { store, additions } = await phone();
    await store.transaction("write", (tx) =>
      tx.put("document", `mine:wanjiru:${VISIT}.intake:1`, { update: "AAA=" }),
    );
    const resuming = additions.resume();
    await additions.close();
    expect(await resuming).toEqual([]);
  });
});

test("an app is closed only when what was being kept is kept, or could not be", async () => {
  const { additions } = await phone();
  const [note, photo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  additions.closeAfter(note.promise);
  additions.closeAfter(photo.promise);
  const steps: string[] = [];
  const closing = additions.close().then(() => steps.push("closed"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  steps.push("kept");
  note.resolve();
  photo.reject(new Error("no room"));
  await closing;
  expect(steps).toEqual(["kept", "closed"]);
});

test("a line over which nothing could be opened is not spoken through any more", async () => {
  const noRoom = (): never => {
    throw new Error("no room");
  };
  const { additions, late } = await phone({ openFiles: noRoom });
  const use = vi.spyOn(late, "use");
  await expect(additions.talking()).rejects.toThrow("no room");
  expect(use.mock.calls).toEqual([[expect.anything()], [undefined]]);
});
