/** That the disk scan reads what Chromium writes: each of its ways by itself. That it reads Chromium's own files is shown by its control (disk.browser.test.ts). */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { key, text } from "./support/disk/canaries.ts";
import { logRecords } from "./support/disk/leveldb.ts";
import { scanFolder } from "./support/disk/scan.ts";
import { unsnap } from "./support/disk/snappy.ts";

const NAME = "Nakiru Ekiru Lokwang";
const KEY = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";
const CANARIES = [text("name", NAME), key("key", KEY)];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "healthbridge-scan-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is found in a folder with this one file. */
async function foundIn(content: Buffer | string, file = "file"): Promise<readonly string[]> {
  const path = join(folder, file);
  await writeFile(path, content);
  const { findings } = await scanFolder(folder, CANARIES);
  await rm(path);
  return [...new Set(findings.map(({ canary, form, within }) => `${canary} ${form} in ${within}`))];
}

const noise = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => (at * 7919 + 13) % 251));

describe("the disk scan", () => {
  test("finds nothing where there is nothing", async () => {
    expect(await foundIn(noise(100_000))).toEqual([]);
  });

  test.each(["as it is", "UTF-16", "Latin-1"])("finds a name written %s", async (form) => {
    const encodings: Record<string, BufferEncoding> = { "UTF-16": "utf16le", "Latin-1": "latin1" };
    const found = await foundIn(
      Buffer.concat([noise(99), Buffer.from(NAME, encodings[form] ?? "utf8"), noise(5)]),
    );
    expect(found).toContain(form === "UTF-16" ? "name UTF-16 in file" : "name as it is in file");
  });

  test.each([0, 1, 2, 3, 4])("finds a name in the middle of base64, %d bytes in", async (before) => {
    const inside = Buffer.concat([noise(before), Buffer.from(NAME), noise(7)]);
    expect(await foundIn(inside.toString("base64"))).toContain("name base64 in file");
  });

  test("finds half a key", async () => {
    const raw = Buffer.from(KEY, "hex");
    expect(await foundIn(Buffer.concat([noise(3), raw.subarray(16)]))).toContain("key as it is in file");
    expect(await foundIn(Buffer.concat([noise(3), raw.subarray(20)]))).toEqual([]);
  });

  test("finds what a file is called", async () => {
    expect(await foundIn("", NAME)).toContain("name as it is in name");
  });

  test("finds what is packed", async () => {
    const plain = `something ${NAME} something`;
    expect(await foundIn(Buffer.concat([noise(40), gzipSync(plain), noise(40)]))).toContain(
      "name as it is in gzip",
    );
    expect(await foundIn(Buffer.concat([noise(40), zstdCompressSync(plain)]))).toContain(
      "name as it is in zstd",
    );
    const snappy = Buffer.concat([Buffer.from([0xff, 0x11, 0x02]), packed(NAME), noise(9)]);
    expect(await foundIn(Buffer.concat([noise(7), snappy]))).toContain(
      "name as it is in value packed with Snappy",
    );
  });

  test("puts together what a log divides between two blocks", async () => {
    const first = noise(32_768 - 14 - 10);
    const log = Buffer.concat([
      record(1, first),
      record(2, Buffer.from(NAME.slice(0, 10))),
      record(4, Buffer.from(NAME.slice(10))),
    ]);
    expect(log.includes(NAME)).toBe(false);
    expect(logRecords(log).map((each) => each.length)).toEqual([first.length, NAME.length]);
    expect(await foundIn(log, "000003.log")).toContain("name as it is in log");
  });
});

describe("Snappy", () => {
  test("copies what came before, also what it has only just written", () => {
    // "ab", then eight bytes from two bytes back, then "!"
    expect(unsnap(Buffer.from([11, 0x04, 0x61, 0x62, 0x11, 0x02, 0x00, 0x21]))?.toString()).toBe(
      "ababababab!",
    );
    // the same length with a two-byte distance
    expect(unsnap(Buffer.from([10, 0x04, 0x61, 0x62, 0x1e, 0x02, 0x00]))?.toString()).toBe("ababababab");
  });

  test("is not seen in anything else", () => {
    expect(unsnap(Buffer.from([5, 0x01, 0x09]))).toBe(undefined);
    expect(unsnap(Buffer.from([5, 0x10, 0x61]))).toBe(undefined);
    expect(unsnap(Buffer.alloc(0))).toBe(undefined);
  });
});

/** Packed with Snappy as one piece that copies nothing. */
function packed(plain: string): Buffer {
  return Buffer.concat([Buffer.from([plain.length, (plain.length - 1) << 2]), Buffer.from(plain)]);
}

/** A record of a LevelDB log: a checksum that nobody looks at, its length, its kind. */
function record(kind: number, content: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt16LE(content.length, 4);
  head[6] = kind;
  return Buffer.concat([head, content]);
}
