import { zstdDecompressSync } from "node:zlib";
import { unsnap, varint } from "./snappy.ts";

const FOOTER_BYTES = 48;
const TABLE_MAGIC = Buffer.from("57fb808b247547db", "hex");
const LOG_BLOCK_BYTES = 32_768;
const LOG_HEAD_BYTES = 7;
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4];

/** The rows of a LevelDB table (`.ldb`), keys and values, unpacked; `undefined` where it is no table. */
export function tableRows(file: Buffer): readonly Buffer[] | undefined {
  if (file.length < FOOTER_BYTES || !file.subarray(-TABLE_MAGIC.length).equals(TABLE_MAGIC)) return undefined;
  const footer = file.subarray(-FOOTER_BYTES);
  const meta = handleAt(footer, 0);
  const index = meta && handleAt(footer, meta.next);
  const blocks = index && blockAt(file, index);
  if (blocks === undefined) return undefined;
  return rowsOf(blocks).flatMap(({ value }) => {
    const handle = handleAt(value, 0);
    const block = handle && blockAt(file, handle);
    return block === undefined ? [] : rowsOf(block).map(({ key, value }) => Buffer.concat([key, value]));
  });
}

/** What a LevelDB log (`.log`, `MANIFEST`) holds, put together where it goes over the end of a block. */
export function logRecords(file: Buffer): readonly Buffer[] {
  const records: Buffer[] = [];
  let begun: Buffer[] = [];
  for (let at = 0; at + LOG_HEAD_BYTES <= file.length;) {
    const left = LOG_BLOCK_BYTES - (at % LOG_BLOCK_BYTES);
    const length = file.readUInt16LE(at + 4);
    const kind = file[at + 6] ?? 0;
    const end = at + LOG_HEAD_BYTES + length;
    if (left < LOG_HEAD_BYTES || kind < FULL || kind > LAST || length > left - LOG_HEAD_BYTES) {
      // The rest of a block is empty, or was never written whole.
      at += left;
      continue;
    }
    if (kind === FULL || kind === FIRST) begun = [];
    begun.push(file.subarray(at + LOG_HEAD_BYTES, end));
    if (kind === FULL || kind === LAST) records.push(Buffer.concat(begun));
    else if (kind === MIDDLE && end >= file.length) records.push(Buffer.concat(begun));
    at = end;
  }
  return records;
}

interface Handle {
  readonly offset: number;
  readonly size: number;
  readonly next: number;
}

function handleAt(bytes: Buffer, at: number): Handle | undefined {
  const offset = varint(bytes, at);
  const size = offset && varint(bytes, offset.next);
  return offset && size && { offset: offset.value, size: size.value, next: size.next };
}

function blockAt(file: Buffer, { offset, size }: Handle): Buffer | undefined {
  const packed = file.subarray(offset, offset + size);
  const kind = file[offset + size];
  if (kind === 1) return unsnap(packed);
  return kind === 2 ? zstdDecompressSync(packed) : packed;
}

/** A block's rows; a key says only how it differs from the one before. */
function rowsOf(block: Buffer): readonly { readonly key: Buffer; readonly value: Buffer }[] {
  if (block.length < 4) return [];
  const end = block.length - 4 - 4 * block.readUInt32LE(block.length - 4);
  const rows: { readonly key: Buffer; readonly value: Buffer }[] = [];
  let before = Buffer.alloc(0);
  for (let at = 0; at < end;) {
    const shared = varint(block, at);
    const own = shared && varint(block, shared.next);
    const size = own && varint(block, own.next);
    if (shared === undefined || own === undefined || size === undefined) break;
    const keyEnd = size.next + own.value;
    const key = Buffer.concat([before.subarray(0, shared.value), block.subarray(size.next, keyEnd)]);
    at = keyEnd + size.value;
    rows.push({ key, value: block.subarray(keyEnd, at) });
    before = key;
  }
  return rows;
}
