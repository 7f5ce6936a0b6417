import { describe, expect, test } from "vitest";
import { openAttachments } from "../../src/attachments/index.ts";
import { HealthBridge, memoryStore } from "../../src/index.ts";
import { jpeg } from "../support/files.ts";
import { photo, scene } from "./scene.ts";

test("what is attached as attachments end is kept, and whoever attached it is told so", async () => {
  const store = memoryStore();
  const files = memoryStore();
  const url = "http://127.0.0.1:1";
  const id = "AAAAAAAAAAAAAAAA.1";
  const account = { id, login: "amina", name: "Amina", role: "staff", clinics: [], status: "active" };
  const session = { account, device: id, accessToken: "", refreshToken: "", expires: 0 };
  await store.transaction("write", (tx) => tx.put("meta", "session", session));
  const hb = await HealthBridge.open({ url, store, autoSync: false });
  const attachments = await openAttachments({ hb, url, store, files, autoUpload: false });
  const attaching = attachments.attach(jpeg(100), { conversation: id, kind: "photo" });
  await attachments.end();
  const photoId = await attaching;
  expect(attachments.list()).toMatchObject([{ id: photoId, state: "waiting" }]);
  await hb.close();
});

describe("whoever waits for a photo that has not arrived", () => {
  for (const [when, ms] of [
    ["while it is looked for", 0],
    ["between two looks", 60_000],
  ] as const)
    test(`is told that attachments have ended ${when}, and her own reason where she ends it`, async () => {
      await using world = await scene();
      const { lab, desk, doctor, conversation } = world;
      const id = await (await world.open(desk)).attach(jpeg(100), photo(conversation));
      const seen = await world.open(doctor);
      const hers = new AbortController();
      const waits = [
        seen.arrival(id),
        seen.arrival(id, "file", new AbortController().signal),
        seen.arrival(id, "file", hers.signal),
      ];
      const told = Promise.allSettled(waits);
      if (ms > 0) await lab.time.advance(ms);
      hers.abort("she looks elsewhere");
      await lab.time.run(seen.end());
      const closed = { reason: { name: "HealthBridgeError", code: "closed" } };
      expect(await lab.time.run(told)).toMatchObject([closed, closed, { reason: "she looks elsewhere" }]);
    });
});
