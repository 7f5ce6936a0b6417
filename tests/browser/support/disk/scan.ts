import { readdir, readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { brotliDecompressSync, constants, inflateRawSync, zstdDecompressSync } from "node:zlib";
import { type Canary, formsOf } from "./canaries.ts";
import { logRecords, tableRows } from "./leveldb.ts";
import { unsnap } from "./snappy.ts";

/** Something that should not have been there. */
export interface Finding {
  readonly canary: string;
  readonly form: string;
  readonly file: string;
  /** what had to be unpacked to read it */
  readonly within: string;
}

export interface DiskScan {
  readonly files: number;
  /** of the files as they lie there */
  readonly bytes: number;
  /** that were searched besides, unpacked */
  readonly unpackedBytes: number;
  readonly findings: readonly Finding[];
}

interface Layer {
  readonly within: string;
  readonly bytes: Buffer;
}

/** Searches every file of a folder, and what is packed in it, for what must not be readable. */
export async function scanFolder(folder: string, canaries: readonly Canary[]): Promise<DiskScan> {
  const forms = canaries.flatMap((canary) =>
    formsOf(canary).map((form) => ({ ...form, canary: canary.name })),
  );
  const findings: Finding[] = [];
  let [bytes, unpackedBytes] = [0, 0];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const path of files) {
    const file = relative(folder, path);
    const content = await readFile(path);
    bytes += content.length;
    const inside = unpacked(path, content);
    unpackedBytes += inside.reduce((sum, layer) => sum + layer.bytes.length, 0);
    const layers = [
      { within: "name", bytes: Buffer.from(file) },
      { within: "file", bytes: content },
      ...inside,
    ];
    for (const layer of layers)
      for (const { canary, form, bytes: wanted } of forms)
        if (layer.bytes.includes(wanted)) findings.push({ canary, form, file, within: layer.within });
  }
  return { files: files.length, bytes, unpackedBytes, findings };
}

/** What is packed in a file, and in what is packed in it. */
function unpacked(path: string, file: Buffer): readonly Layer[] {
  const isLog = /^(.+\.log|MANIFEST-\d+)$/.test(basename(path));
  const parts = tableRows(file) ?? (isLog ? logRecords(file) : []);
  const layers =
    parts.length === 0 ? [] : [{ within: isLog ? "log" : "table", bytes: Buffer.concat([...parts]) }];
  return [...layers, ...[file, ...parts].flatMap(packedIn)];
}

/** How Chromium marks a value that it packed before it gave it to its database: a version, and 2 for Snappy. */
const PACKED_VALUE = Buffer.from([0xff, 0x11, 0x02]);
/** No name, no comment: as servers pack. What lies behind the end is not gzip's any more. */
const GZIP = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
const GZIP_HEAD_BYTES = 10;
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** An entry of the HTTP cache: 24 bytes, the address, the body, and a mark behind it. */
const CACHE_ENTRY = Buffer.from("305c72a71b6dfbfc", "hex");
const CACHE_END = Buffer.from("d8410d97456ffaf4", "hex");
const CACHE_HEAD_BYTES = 24;

function packedIn(bytes: Buffer): readonly Layer[] {
  return [
    ...startsOf(bytes, PACKED_VALUE).flatMap((at) =>
      layer("value packed with Snappy", () => unsnap(bytes.subarray(at + PACKED_VALUE.length))),
    ),
    ...startsOf(bytes, GZIP).flatMap((at) =>
      layer("gzip", () => inflateRawSync(bytes.subarray(at + GZIP_HEAD_BYTES), FORGIVING)),
    ),
    ...startsOf(bytes, ZSTD).flatMap((at) => layer("zstd", () => zstdDecompressSync(bytes.subarray(at)))),
    ...(bytes.subarray(0, CACHE_ENTRY.length).equals(CACHE_ENTRY)
      ? layer("brotli", () => brotliDecompressSync(cachedBody(bytes)))
      : []),
  ];
}

/** Takes what can be unpacked of something whose end is not known. */
const FORGIVING = { finishFlush: constants.Z_SYNC_FLUSH };

function cachedBody(entry: Buffer): Buffer {
  const begin = CACHE_HEAD_BYTES + entry.readUInt32LE(12);
  const end = entry.indexOf(CACHE_END, begin);
  return entry.subarray(begin, end < 0 ? undefined : end);
}

function startsOf(bytes: Buffer, mark: Buffer): readonly number[] {
  const starts: number[] = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) starts.push(at);
  return starts;
}

/** Nothing where the mark was there by chance. */
function layer(within: string, unpack: () => Buffer | undefined): readonly Layer[] {
  try {
    const bytes = unpack();
    return bytes === undefined || bytes.length === 0 ? [] : [{ within, bytes }];
  } catch {
    return [];
  }
}
