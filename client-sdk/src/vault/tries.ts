/** Wrong PINs in a row, as the vault's record keeps them. */
export interface Tries {
  readonly wrong: number;
  /** the last of them, by the device's clock, ms since 1970 */
  readonly at: number;
}

/** So many wrong PINs in a row, and there is a wait. */
const FREE = 5;
/** ms to wait after that one and each further one; the last for all that follow. */
const WAITS = [30_000, 60_000, 300_000, 900_000, 3_600_000];

export const NO_TRIES: Tries = { wrong: 0, at: 0 };

/**
 * ms until the next PIN may be tried.
 * @param now by the device's clock. Where that was set back behind the last try, it waits its time from now on, and not for years
 */
export function waitMs({ wrong, at }: Tries, now: number): number {
  const wait = WAITS[Math.min(wrong - FREE, WAITS.length - 1)] ?? 0;
  return now < at ? wait : Math.max(0, at + wait - now);
}

/** Wrong PINs until there is a wait, or another one. */
export function triesLeft({ wrong }: Tries): number {
  return Math.max(1, FREE - wrong);
}
