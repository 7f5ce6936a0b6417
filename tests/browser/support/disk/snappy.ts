const LITERAL = 0;
/** Lengths from here on are written behind the tag, in one to four bytes. */
const LONG_LITERAL = 60;
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Unpacks Snappy's raw format, which Chromium's databases use. What follows the packed bytes is left alone, as their end is known only once they are unpacked.
 * @returns `undefined` where it is something else
 */
export function unsnap(bytes: Uint8Array): Buffer | undefined {
  const head = varint(bytes, 0);
  if (head === undefined || head.value > MOST_BYTES) return undefined;
  const out = Buffer.alloc(head.value);
  let at = head.next;
  let filled = 0;
  while (filled < out.length) {
    const piece = pieceAt(bytes, at);
    if (piece === undefined || piece.length > out.length - filled) return undefined;
    at = piece.next;
    if (piece.back === 0) {
      if (at + piece.length > bytes.length) return undefined;
      out.set(bytes.subarray(at, at + piece.length), filled);
      at += piece.length;
    } else {
      if (piece.back > filled) return undefined;
      // Byte by byte: a copy may reach into what it writes itself.
      for (let step = 0; step < piece.length; step += 1)
        out[filled + step] = out[filled + step - piece.back] ?? 0;
    }
    filled += piece.length;
  }
  return out;
}

interface Piece {
  readonly length: number;
  /** how far behind the end of what is there it is copied from; 0: it follows as it is */
  readonly back: number;
  readonly next: number;
}

function pieceAt(bytes: Uint8Array, at: number): Piece | undefined {
  const tag = bytes[at];
  if (tag === undefined) return undefined;
  const kind = tag & 3;
  const upper = tag >> 2;
  if (kind === LITERAL) {
    const more = upper < LONG_LITERAL ? 0 : upper - LONG_LITERAL + 1;
    const length = more === 0 ? upper : number(bytes, at + 1, more);
    return length === undefined ? undefined : { length: length + 1, back: 0, next: at + 1 + more };
  }
  const more = [0, 1, 2, 4][kind] ?? 0;
  const low = number(bytes, at + 1, more);
  if (low === undefined) return undefined;
  const back = kind === 1 ? ((upper >> 3) << 8) + low : low;
  if (back === 0) return undefined;
  return { length: kind === 1 ? (upper & 7) + 4 : upper + 1, back, next: at + 1 + more };
}

/** Some bytes, the lowest first. */
function number(bytes: Uint8Array, at: number, count: number): number | undefined {
  let value = 0;
  for (let index = 0; index < count; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += byte * 256 ** index;
  }
  return value;
}

/** A number of seven bits a byte; the last has its eighth bit clear. */
export function varint(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 128 ** index;
    if (byte < 128) return { value, next: at + index + 1 };
  }
  return undefined;
}
