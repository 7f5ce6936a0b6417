/**
 * A key as the bytes SQLite compares: each UTF-16 code unit written by itself as UTF-8 would write that number (CESU-8).
 *
 * SQLite orders text by its UTF-8 bytes, in which an emoji (a pair of code units from D800 on) comes after U+FFFF, and which
 * cannot say half an emoji. Written this way the order of bytes is the order of code units, for every text there is. Keys
 * without emoji are plain UTF-8, so `SELECT CAST(key AS TEXT)` shows them.
 */
export function unitsToBytes(key: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(unitByUnit(key));
}

/** The key that `unitsToBytes` made these of. */
export function bytesToUnits(bytes: Uint8Array): string {
  let key = "";
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : 2;
    let unit = more === 0 ? first : first & (0x3f >> more);
    for (let next = at + 1; next <= at + more; next += 1) unit = (unit << 6) | ((bytes[next] ?? 0) & 0x3f);
    key += String.fromCharCode(unit);
    at += more + 1;
  }
  return key;
}

function* unitByUnit(key: string): Generator<number> {
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at);
    if (unit < 0x80) yield unit;
    else {
      if (unit < 0x800) yield 0xc0 | (unit >> 6);
      else {
        yield 0xe0 | (unit >> 12);
        yield 0x80 | ((unit >> 6) & 0x3f);
      }
      yield 0x80 | (unit & 0x3f);
    }
  }
}
