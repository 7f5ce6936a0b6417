import { expect, test } from "vitest";
import { openAttachments } from "../../src/attachments/index.ts";
import { HealthBridge, memoryStore } from "../../src/index.ts";
import { jpeg } from "../support/files.ts";

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
