/** Chance that is the same every time: for made-up data, never for secrets. */
export interface Dice {
  /** a whole number from 0 up to, not including, `sides` */
  roll(sides: number): number;
  /** one of several, each as likely */
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** in so many of a hundred cases */
  chance(percent: number): boolean;
}

/** Dice for a word: the same word gives the same throws (FNV-1a for the seed, mulberry32 for the sequence). */
export function diceFor(seed: string): Dice {
  let state = 0x811c9dc5;
  for (let at = 0; at < seed.length; at += 1) state = Math.imul(state ^ seed.charCodeAt(at), 0x01000193);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const roll = (sides: number): number => Math.floor(next() * sides);
  return {
    roll,
    pick: (choices) => choices[roll(choices.length)] ?? choices[0],
    chance: (percent) => next() * 100 < percent,
  };
}
