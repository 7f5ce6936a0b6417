import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/adapters/clock.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { systemFetch } from "../../src/adapters/system-fetch.ts";
import { folderStorage } from "../../src/attachments/folder-storage.ts";
import { s3Storage } from "../../src/attachments/s3-storage.ts";
import type { AttachmentStorage } from "../../src/attachments/storage.ts";
import { BUCKET, KEYS, startS3Service } from "./s3-service.ts";

const folder = await mkdtemp(join(tmpdir(), "healthbridge-storage-"));
const service = await startS3Service();
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
const place = { endpoint: service.endpoint, bucket: BUCKET, region: "eu-west-1", ...KEYS };
const parts = { fetch: systemFetch, clock: systemClock };

const STORAGES: readonly (readonly [string, AttachmentStorage])[] = [
  ["a folder", folderStorage(folder, systemRandomness)],
  ["a service that speaks S3", s3Storage(place, parts)],
];

async function bytesOf(stream: ReadableStream<Uint8Array> | undefined): Promise<Buffer | undefined> {
  return stream === undefined ? undefined : Buffer.from(await new Response(stream).arrayBuffer());
}

describe.each(STORAGES)("%s", (_name, storage) => {
  test("gives back what it was given, whole and in stretches, until it is removed", async () => {
    const content = randomBytes(300_000);
    const key = "demo/Ab/Ab-_0123456789ab.1";
    await storage.put(key, content);
    expect((await bytesOf(await storage.read(key)))?.equals(content)).toBe(true);
    const middle = await bytesOf(await storage.read(key, { start: 1_000, end: 1_999 }));
    expect(middle?.equals(content.subarray(1_000, 2_000))).toBe(true);
    expect((await bytesOf(await storage.read(key, { start: 299_999, end: 299_999 })))?.length).toBe(1);
    await storage.remove(key);
    expect(await storage.read(key)).toBeUndefined();
    await storage.remove(key);
  });

  test("keeps the same once more, and keeps its files apart", async () => {
    const [one, other] = [randomBytes(10), randomBytes(10)];
    await storage.put("demo/aa/aa.1", one);
    await storage.put("demo/aa/aa.1", one);
    await storage.put("demo/aa/aa.1.thumbnail", other);
    expect((await bytesOf(await storage.read("demo/aa/aa.1")))?.equals(one)).toBe(true);
    expect((await bytesOf(await storage.read("demo/aa/aa.1.thumbnail")))?.equals(other)).toBe(true);
    expect(await storage.read("demo/aa/aa.2")).toBeUndefined();
  });

  test("lets a file that nobody reads to its end go", async () => {
    await storage.put("demo/bb/bb.1", randomBytes(1_000_000));
    const reader = (await storage.read("demo/bb/bb.1"))?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
  });
});

describe("a folder", () => {
  const storage = folderStorage(folder, systemRandomness);

  test("is read by the server's own account alone", async () => {
    await storage.put("demo/cc/cc.1", randomBytes(10));
    expect((await stat(join(folder, "demo/cc/cc.1"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "demo/cc"))).mode & 0o777).toBe(0o700);
  });

  test("shows no file that was half written, and removes it with the one it was to be", async () => {
    await storage.put("demo/dd/other.1", randomBytes(1));
    await writeFile(join(folder, "demo/dd/dd.1.chance.part"), "half");
    expect(await storage.read("demo/dd/dd.1")).toBeUndefined();
    await storage.put("demo/dd/dd.1", Buffer.from("whole"));
    expect(String(await bytesOf(await storage.read("demo/dd/dd.1")))).toBe("whole");
    await storage.remove("demo/dd/dd.1");
    expect(await readdir(join(folder, "demo/dd"))).toEqual(["other.1"]);
  });

  test("takes the same file from many at once", async () => {
    const content = randomBytes(200_000);
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => storage.put("demo/ee/ee.1", content)));
    expect((await bytesOf(await storage.read("demo/ee/ee.1")))?.equals(content)).toBe(true);
    expect(await readdir(join(folder, "demo/ee"))).toEqual(["ee.1"]);
  });

  test("that cannot be written says so", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(storage.put("file/ee/ee.1", randomBytes(10))).rejects.toThrow("could not be written");
  });
});

describe("a service that speaks S3", () => {
  test("refused nothing that was signed as its owner has said", () => {
    expect(service.refused).toEqual([]);
  });

  test.each([
    ["another secret", { secretAccessKey: "not the secret" }],
    ["another key", { accessKeyId: "AKIAOTHER" }],
    ["another region", { region: "us-east-1" }],
  ])("refuses %s, and that is no missing file", async (_what, wrong) => {
    const storage = s3Storage({ ...place, ...wrong }, parts);
    await expect(storage.put("demo/ff/ff.1", randomBytes(10))).rejects.toThrow("the storage answered 403");
    await expect(storage.read("demo/ff/ff.1")).rejects.toThrow("the storage answered 403");
    expect(service.objects.has("demo/ff/ff.1")).toBe(false);
  });

  test("refuses what was signed an hour ago", async () => {
    const clock = { ...systemClock, now: () => Date.now() - 3_600_000 };
    const storage = s3Storage(place, { fetch: systemFetch, clock });
    await expect(storage.remove("demo/aa/aa.1")).rejects.toThrow("the storage answered 403");
  });

  test("that is busy or away is an error, never an empty file", async () => {
    const storage = s3Storage(place, parts);
    service.failNext(503, 3);
    await expect(storage.put("demo/gg/gg.1", randomBytes(10))).rejects.toThrow("503");
    await expect(storage.read("demo/gg/gg.1")).rejects.toThrow("503");
    await expect(storage.remove("demo/gg/gg.1")).rejects.toThrow("503");
    const away = s3Storage({ ...place, endpoint: "http://127.0.0.1:1" }, parts);
    await expect(away.read("demo/gg/gg.1")).rejects.toThrow("did not answer");
  });
});
