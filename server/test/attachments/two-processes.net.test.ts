import { randomBytes } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { startServer } from "../../src/server.ts";
import { attachmentServer, PATH } from "./attachment-server.ts";
import { digestOf, FILES, thumbnail } from "./files.ts";

const keys = `k1:${randomBytes(32).toString("base64url")}`;
const world = await attachmentServer({ HEALTHBRIDGE_KEYS: keys });
const { tokens, begin, get } = world;
/** A second process of the same house: the same database, the same folder, the same keys. */
const second = await startServer(
  readConfig({
    HEALTHBRIDGE_KEYS: keys,
    HEALTHBRIDGE_LOG: "silent",
    HEALTHBRIDGE_ATTACHMENTS: world.folder,
    DATABASE_URL: world.server.databaseUrl,
    PORT: "0",
  }),
  { say: () => undefined, write: () => undefined },
);
afterAll(() => second.close());
const NODES = [world.server.url, second.url];
const photo = { kind: "photo", type: "image/jpeg" };

async function patch(node: string | undefined, id: string, offset: number, body: Uint8Array) {
  const { status, headers } = await fetch(`${node}${PATH}/${id}`, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${tokens.mary}`,
      "tus-resumable": "1.0.0",
      "upload-offset": String(offset),
      "content-type": "application/offset+octet-stream",
    },
    body: new Uint8Array(body),
  });
  return { status, offset: Number(headers.get("upload-offset")) };
}

test("an upload goes on at any process, piece by piece, and each shows what came of it", async () => {
  const small = thumbnail();
  const file = FILES["image/jpeg"](40_000);
  const whole = Buffer.concat([small, file]);
  const { id } = await begin(whole, { ...photo, thumbnail: String(small.length) });
  for (let at = 0, turn = 0; at < whole.length; turn += 1) {
    const answer = await patch(NODES[turn % 2], id, at, whole.subarray(at, at + 4_096));
    expect(answer.status).toBe(204);
    at = answer.offset;
  }
  for (const node of NODES) {
    const headers = { authorization: `Bearer ${tokens.doctor}` };
    const answer = await fetch(`${node}${PATH}/${id}`, { headers });
    expect(digestOf(new Uint8Array(await answer.arrayBuffer()))).toBe(digestOf(file));
  }
});

test("the same piece at two processes at once is kept once, and pieces of two devices never mix", async () => {
  const file = FILES["image/jpeg"](60_000);
  const { id } = await begin(file, photo);
  for (let at = 0; at < file.length; at += 3_000) {
    const piece = file.subarray(at, at + 3_000);
    const answers = await Promise.all(
      NODES.flatMap((node) => [patch(node, id, at, piece), patch(node, id, at, piece)]),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(statuses.filter((status) => status !== 204 && status !== 409)).toEqual([]);
  }
  const answer = await get(`${PATH}/${id}`, tokens.doctor);
  expect(digestOf(new Uint8Array(await answer.arrayBuffer()))).toBe(digestOf(file));
});

test("the last piece at two processes at once makes one file, and both say that it is there", async () => {
  const file = FILES["audio/webm"](5_000);
  const { id } = await begin(file, { kind: "voice", type: "audio/webm" });
  await patch(NODES[0], id, 0, file.subarray(0, 4_000));
  const statuses = await Promise.all(
    NODES.map(async (node) => (await patch(node, id, 4_000, file.subarray(4_000))).status),
  );
  expect(new Set(statuses)).toEqual(new Set([204, 409]));
  expect(await world.offsetOf(id)).toBe(5_000);
  expect((await get(`${PATH}/${id}`, tokens.doctor)).status).toBe(200);
});
