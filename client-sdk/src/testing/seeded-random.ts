/** Chance that can be repeated: the same seed draws the same numbers. */
export interface SeededRandom {
  /** from 0 up to, not including, 1 */
  (): number;
  /** a whole number from `low` to `high`, both included */
  between(low: number, high: number): number;
  /** true in so many of a hundred cases */
  percent(share: number): boolean;
  /** one of the list, which must not be empty */
  pick<T>(list: readonly T[]): T;
  /** that many bytes */
  bytes(count: number): Uint8Array;
  /** another source whose numbers do not depend on how many were drawn from this one since `name` was asked for */
  fork(name: string): SeededRandom;
}

/**
 * Makes a source of chance from a seed (sfc32, seeded through splitmix32).
 *
 * @example
 * const random = seededRandom(7);
 * random.between(1, 6); // the same throw in every run
 */
export function seededRandom(seed: number | string): SeededRandom {
  const start = typeof seed === "string" ? hash(seed) : seed;
  const next = generator(start);
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return Object.assign(next, {
    between,
    percent: (share: number) => next() * 100 < share,
    pick<T>(list: readonly T[]): T {
      const at = between(0, list.length - 1);
      if (at < 0 || at >= list.length) throw new RangeError("Nothing to pick from.");
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the place was just checked
      return list[at] as T;
    },
    bytes: (count: number) => Uint8Array.from({ length: count }, () => between(0, 255)),
    fork: (name: string) => seededRandom(`${start} ${name}`),
  });
}

function generator(seed: number): () => number {
  let state = seed | 0;
  const splitmix = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let count = 1;
  return () => {
    const sum = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value;
}
