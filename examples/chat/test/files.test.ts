import { openAttachments } from "@healthbridge/client-sdk/attachments";
import { openChat } from "@healthbridge/client-sdk/chat";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PlainFace } from "../src/plain-face.ts";
import { Talk } from "../src/talk.ts";
import { person } from "./support/person.ts";
import { openScene, type Scene, type Talker } from "./support/scene.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chat-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Somebody's terminal once more, with photos. */
async function withFiles({ device }: Talker) {
  const who = person();
  const attachments = await openAttachments({ ...device.open, autoUpload: false });
  const chat = await openChat(device.open);
  return {
    ...who,
    attachments,
    talk: new Talk(device.hb, chat, new PlainFace(who.terminal), undefined, attachments),
  };
}

async function photo(name: string, size: number): Promise<Buffer> {
  const content = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(size)]);
  await writeFile(join(folder, name), content);
  return content;
}

describe("a photo", () => {
  it("goes from a file into a conversation, and from there into a file", async () => {
    await using scene: Scene = await openScene();
    const content = await photo("rash.jpg", 30_000);
    const desk = await withFiles(scene.desk);
    const doctor = await withFiles(scene.doctor);
    await desk.talk.type("wanjiru");
    await desk.talk.type(`/attach ${join(folder, "rash.jpg")}`);
    expect(desk.said.join("\n")).toContain("rash.jpg is kept here, and sent after everything else.");
    await scene.settle();
    await doctor.talk.type("wanjiru");
    expect(doctor.said.join("\n")).toContain("[1 attachment]");
    const saving = doctor.talk.type(`/save 1 ${join(folder, "early")}`);
    await scene.lab.time.run(saving);
    expect(doctor.said.join("\n")).toContain("1 attachment on the way still.");
    await scene.lab.time.run(desk.attachments.upload());
    expect(desk.said.join("\n")).toContain("rash.jpg is at the server.");
    await scene.lab.time.run(doctor.talk.type(`/save 1 ${join(folder, "saved")}`));
    const [name = ""] = await readdir(join(folder, "saved"));
    expect(name).toMatch(/\.1\.jpg$/);
    expect((await readFile(join(folder, "saved", name))).equals(content)).toBe(true);
    desk.talk.end();
    doctor.talk.end();
  });

  it("that is none, or is nowhere, is told in words", async () => {
    await using scene: Scene = await openScene();
    await writeFile(join(folder, "page.jpg"), "<!doctype html>");
    await photo("large.jpg", 5_000_001);
    const desk = await withFiles(scene.desk);
    await desk.talk.type("/attach rash.jpg");
    expect(desk.said.join("\n")).toContain("Open a conversation first");
    await desk.talk.type("wanjiru");
    for (const [name, words] of [
      ["nowhere.jpg", "that can be read"],
      ["page.jpg", "Not attached: only JPEG"],
      ["large.jpg", "Not attached: a photo can have 5 MB"],
    ] as const) {
      await desk.talk.type(`/attach ${join(folder, name)}`);
      expect(desk.said.join("\n")).toContain(words);
    }
    await desk.talk.type("/save 7");
    expect(desk.said.join("\n")).toContain("Nothing is attached to that line.");
    expect(desk.attachments.list()).toEqual([]);
    desk.talk.end();
  });
});
