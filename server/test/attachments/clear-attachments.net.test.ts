import { readdir } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { checkArrival } from "../../src/attachments/arrival.ts";
import { AttachmentRows } from "../../src/attachments/attachment-rows.ts";
import { clearAttachmentsJob } from "../../src/attachments/clear-attachments.ts";
import { NO_EVENTS } from "../../src/attachments/events.ts";
import { folderStorage } from "../../src/attachments/folder-storage.ts";
import { namedAttachments } from "../../src/attachments/named-attachments.ts";
import { removeAttachment } from "../../src/attachments/remove-attachment.ts";
import { StorageError } from "../../src/attachments/storage.ts";
import { openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { attachmentServer, PATH } from "./attachment-server.ts";
import { FILES, page, thumbnail } from "./files.ts";

const world = await attachmentServer();
const { begin, patch, get, offsetOf, tokens } = world;
const pool = openPool({ url: world.server.databaseUrl, size: 2 });
afterAll(() => pool.close());
const storage = folderStorage(world.folder, systemRandomness);
const photo = { kind: "photo", type: "image/jpeg" };
let asked = 0;
const job = clearAttachmentsJob({
  pool,
  storage,
  events: NO_EVENTS,
  named: (rows) => {
    asked += rows.length;
    return namedAttachments(pool, rows);
  },
});
const run = () => job.run(new AbortController().signal);

/** Makes everything there is so many days old. */
async function age(days: number): Promise<void> {
  await inTransaction(pool, (tx) =>
    tx.write("UPDATE attachment SET created_at = created_at - ?", [days * 86_400_000]),
  );
}

async function rows(): Promise<readonly string[]> {
  const found = await read(pool, (reader) =>
    reader.query<{ id: string }>("SELECT id FROM attachment ORDER BY id"),
  );
  return found.map(({ id }) => id);
}

async function total(): Promise<{ readonly files: number; readonly bytes: number } | undefined> {
  const [row] = await read(pool, (reader) =>
    reader.query<{ files: number; bytes: number }>(
      "SELECT files, bytes FROM attachment_total WHERE who = ?",
      [world.conversation],
    ),
  );
  return row;
}

async function files(): Promise<readonly string[]> {
  const entries = await readdir(world.folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test("what stands still, was refused, or is named by no message goes after a week; what a message names stays", async () => {
  const file = FILES["image/jpeg"](5_000);
  const unfinished = await begin(file, photo);
  await patch(unfinished.id, 0, file.subarray(0, 3_000));
  await begin(page(), photo, { body: page() });
  const orphan = await begin(file, photo, { body: file, named: false });
  const kept = await begin(file, photo, { body: file });
  expect(await job.due()).toBe(0);
  await age(6);
  expect([await job.due(), await run()]).toEqual([0, { cleared: 0 }]);
  expect(await rows()).toHaveLength(4);
  await age(2);
  expect(await job.due()).toBe(3);
  expect(await rows()).toHaveLength(4);
  expect(await run()).toEqual({ cleared: 3 });
  expect(await rows()).toEqual([kept.id]);
  expect(await files()).toEqual([kept.id]);
  expect(await total()).toEqual({ files: 1, bytes: file.length });
  expect((await get(`${PATH}/${kept.id}`, tokens.doctor)).status).toBe(200);
  expect((await get(`${PATH}/${orphan.id}`, tokens.mary)).status).toBe(404);
  expect((await world.tus("HEAD", `${PATH}/${unfinished.id}`, tokens.mary)).status).toBe(404);
  // What was found to be named once is not asked about again.
  asked = 0;
  expect([await job.due(), await run(), asked]).toEqual([0, { cleared: 0 }, 0]);
});

test("what was removed elsewhere while its file was being put is told as gone, so that the file is taken away again", async () => {
  const attachments = new AttachmentRows(pool);
  const { id } = await begin(FILES["image/jpeg"](5_000), photo);
  const row = await attachments.find(id);
  if (row === undefined) throw new Error("it has not begun");
  expect(await removeAttachment({ rows: attachments, storage }, row)).toBe(true);
  expect(await attachments.markReady(row, "digest")).toMatchObject({ status: "going" });
});

test("what is removed while its thumbnail is being put leaves no thumbnail behind", async () => {
  const attachments = new AttachmentRows(pool);
  const small = thumbnail();
  const whole = Buffer.concat([small, FILES["image/jpeg"](5_000)]);
  const { id } = await begin(whole, { ...photo, thumbnail: String(small.length) });
  const row = await attachments.append(id, 0, small);
  const overtaken = {
    ...storage,
    async put(key: string, content: Uint8Array) {
      await storage.put(key, content);
      // By another process, which found nothing to remove yet when it looked for the thumbnail.
      await attachments.markGoing(row);
      await attachments.forget(row);
    },
  };
  const parts = { rows: attachments, storage: overtaken, events: NO_EVENTS, onArrived: () => undefined };
  expect(await checkArrival(parts, row)).toMatchObject({ status: "going" });
  expect([...(await rows()), ...(await files())].filter((name) => name.startsWith(id))).toEqual([]);
});

test("what another process finished while it was looked at is not refused, and keeps its thumbnail", async () => {
  const attachments = new AttachmentRows(pool);
  const small = thumbnail();
  const whole = Buffer.concat([small, FILES["image/jpeg"](5_000)]);
  const { id } = await begin(whole, { ...photo, thumbnail: String(small.length) });
  const seen = await attachments.append(id, 0, whole);
  expect(await offsetOf(id)).toBe(whole.length);
  const parts = { rows: attachments, storage, events: NO_EVENTS, onArrived: () => undefined };
  const now = await checkArrival(parts, seen);
  expect(now.status).toBe("ready");
  expect((await get(`${PATH}/${id}/thumbnail`, tokens.mary)).status).toBe(200);
  expect(await removeAttachment({ rows: attachments, storage }, now)).toBe(true);
});

test("what is sent over many days in short windows stays as long as it moves", async () => {
  const file = FILES["image/jpeg"](5_000);
  const { id } = await begin(file, photo);
  for (let at = 0; at < 3; at += 1) {
    await patch(id, at * 1_000, file.subarray(at * 1_000, (at + 1) * 1_000));
    await age(6);
    await run();
  }
  expect(await offsetOf(id)).toBe(3_000);
  await age(2);
  expect(await run()).toEqual({ cleared: 1 });
  expect(await rows()).not.toContain(id);
});

test("one file that cannot be removed keeps no other from going, and is tried again the next time", async () => {
  const file = FILES["image/jpeg"](5_000);
  const begun = [1, 2].map(() => begin(file, photo, { body: file, named: false }));
  const [stuck = "", other = ""] = (await Promise.all(begun)).map(({ id }) => id).toSorted();
  await age(8);
  const refusing = clearAttachmentsJob({
    pool,
    events: NO_EVENTS,
    named: (found) => namedAttachments(pool, found),
    storage: {
      ...storage,
      remove: (key) =>
        key.endsWith(stuck) ? Promise.reject(new StorageError("it answered 403")) : storage.remove(key),
    },
  });
  await expect(refusing.run(new AbortController().signal)).rejects.toThrow("could not be removed: 1");
  expect(await rows()).toContain(stuck);
  expect([...(await rows()), ...(await files())]).not.toContain(other);
  expect((await get(`${PATH}/${stuck}`, tokens.doctor)).status).toBe(404);
  expect(await run()).toEqual({ cleared: 1 });
  expect([...(await rows()), ...(await files())]).not.toContain(stuck);
});

test("what was attached to a message that is withdrawn long after goes as well, unless another one names it", async () => {
  const file = FILES["image/jpeg"](5_000);
  const { id } = await begin(file, photo, { body: file, named: false });
  const messages = [await world.name([id]), await world.name([id])];
  await age(8);
  await run();
  for (const [at, line] of messages.entries()) {
    const headers = { "idempotency-key": `withdraw-${String(at)}` };
    await world.server.send("DELETE", `/v1/messages/${line}`, { token: tokens.mary, headers });
    expect(await run()).toEqual({ cleared: at });
  }
  expect(await rows()).not.toContain(id);
  expect(await files()).not.toContain(id);
});

test("what nobody but somebody else has named goes like what no message names", async () => {
  const file = FILES["image/jpeg"](5_000);
  const { id } = await begin(file, photo, { body: file, named: false });
  await world.name([id], { token: tokens.doctor });
  await age(8);
  expect([await job.due(), await run()]).toEqual([1, { cleared: 1 }]);
  expect([...(await rows()), ...(await files())]).not.toContain(id);
});

test("what was attached to a message that is withdrawn while the clean-up looks at it goes as well", async () => {
  const file = FILES["image/jpeg"](5_000);
  const { id } = await begin(file, photo, { body: file, named: false });
  const line = await world.name([id]);
  await age(8);
  const overtaken = clearAttachmentsJob({
    pool,
    storage,
    events: NO_EVENTS,
    async named(found) {
      const known = await namedAttachments(pool, found);
      const headers = { "idempotency-key": "withdraw-meanwhile" };
      await world.server.send("DELETE", `/v1/messages/${line}`, { token: tokens.mary, headers });
      return known;
    },
  });
  expect(await overtaken.run(new AbortController().signal)).toEqual({ cleared: 0 });
  expect(await run()).toEqual({ cleared: 1 });
  expect([...(await rows()), ...(await files())]).not.toContain(id);
});

test("what belongs to a conversation that was put away goes with it, named or not", async () => {
  const [kept = ""] = await rows();
  await inTransaction(pool, (tx) =>
    tx.write("UPDATE attachment SET conversation_id = ? WHERE id = ?", ["of-an-old-visit_.1", kept]),
  );
  expect(await job.due()).toBe(1);
  expect(await run()).toEqual({ cleared: 1 });
  expect([await rows(), await files()]).toEqual([[], []]);
});

test("an upload that becomes whole while it is cleared away leaves nothing behind, and its sender hears that it is gone", async () => {
  const file = FILES["image/jpeg"](4_000);
  const { id } = await begin(file, photo);
  await patch(id, 0, file.subarray(0, 1_000));
  const attachments = new AttachmentRows(pool);
  const row = await attachments.find(id);
  if (row === undefined) throw new Error("it was not begun");
  expect(await attachments.markGoing(row)).toBe(true);
  expect((await patch(id, 1_000, file.subarray(1_000))).status).toBe(409);
  expect(await removeAttachment({ rows: attachments, storage }, row)).toBe(true);
  expect((await patch(id, 1_000, file.subarray(1_000))).status).toBe(404);
  expect([await rows(), await files()]).toEqual([[], []]);
});

test("an upload that was whole before the clean-up came to it stays", async () => {
  const file = FILES["image/jpeg"](4_000);
  const { id } = await begin(file, photo);
  const attachments = new AttachmentRows(pool);
  const before = await attachments.find(id);
  if (before === undefined) throw new Error("it was not begun");
  await patch(id, 0, file);
  expect(await removeAttachment({ rows: attachments, storage }, before)).toBe(false);
  expect(await offsetOf(id)).toBe(4_000);
  expect((await get(`${PATH}/${id}`, tokens.doctor)).status).toBe(200);
});

test("a conversation and an account have room for so much and no more, however many begin at once", async () => {
  const ask = (size: number) =>
    begin({ length: size } as Uint8Array, photo).then(({ status, text }) =>
      status === 201 ? "begun" : JSON.parse(text),
    );
  await inTransaction(pool, (tx) =>
    tx.write("UPDATE attachment_total SET bytes = 90000000 WHERE day = 'all' AND who = ?", [
      world.conversation,
    ]),
  );
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => ask(4_000_000)));
  expect(answers.filter((answer) => answer === "begun")).toHaveLength(2);
  expect(answers.find((answer) => answer !== "begun")).toMatchObject({
    status: 429,
    code: "attachment_limit",
    path: "conversation",
  });
  await inTransaction(pool, async (tx) => {
    await tx.write("UPDATE attachment_total SET bytes = 0, files = 0 WHERE day = 'all'");
    await tx.write("UPDATE attachment_total SET files = 999 WHERE day <> 'all'");
  });
  const last = await Promise.all([1, 2, 3].map(() => ask(10)));
  expect(last.filter((answer) => answer === "begun")).toHaveLength(1);
  expect(last.find((answer) => answer !== "begun")).toMatchObject({
    code: "attachment_limit",
    path: "account",
  });
});
