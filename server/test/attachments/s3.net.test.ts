import { afterAll, expect, test } from "vitest";
import { attachmentServer, PATH } from "./attachment-server.ts";
import { FILES, thumbnail } from "./files.ts";
import { BUCKET, KEYS, startS3Service } from "./s3-service.ts";

const service = await startS3Service();
afterAll(() => service[Symbol.asyncDispose]());
const user = `${KEYS.accessKeyId}:${encodeURIComponent(KEYS.secretAccessKey)}`;
const world = await attachmentServer({
  HEALTHBRIDGE_ATTACHMENTS: `s3+${service.endpoint.replace("//", `//${user}@`)}/${BUCKET}?region=eu-west-1`,
});
const { begin, patch, offsetOf, get, tokens } = world;

test("a server that keeps its files in a bucket shows them, whole and in stretches", async () => {
  const small = thumbnail();
  const file = FILES["image/jpeg"](100_000);
  const whole = Buffer.concat([small, file]);
  const facts = { kind: "photo", type: "image/jpeg", thumbnail: String(small.length) };
  const { id, status } = await begin(whole, facts, { body: whole });
  expect([status, service.refused]).toEqual([201, []]);
  expect([...service.objects.keys()].toSorted()).toEqual([
    `demo/${id.slice(0, 2)}/${id}`,
    `demo/${id.slice(0, 2)}/${id}.thumbnail`,
  ]);
  const read = async (path: string, headers = {}) =>
    Buffer.from(await (await get(`${PATH}/${id}${path}`, tokens.doctor, headers)).arrayBuffer());
  expect((await read("")).equals(file)).toBe(true);
  expect((await read("", { range: "bytes=500-999" })).equals(file.subarray(500, 1_000))).toBe(true);
  expect((await read("/thumbnail")).equals(small)).toBe(true);
});

test("where the bucket does not answer nothing that has come is lost, and asking again is enough", async () => {
  const file = FILES["audio/aac"](3_000);
  const { id } = await begin(file, { kind: "voice", type: "audio/aac" });
  service.failNext(503, 2);
  const answer = await patch(id, 0, file);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
  expect((await world.tus("HEAD", `${PATH}/${id}`, tokens.mary)).status).toBe(503);
  expect((await get(`${PATH}/${id}`, tokens.doctor)).status).toBe(404);
  expect(await offsetOf(id)).toBe(3_000);
  expect((await get(`${PATH}/${id}`, tokens.doctor)).status).toBe(200);
});
