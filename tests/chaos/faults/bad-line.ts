/** How bad a line is. */
export interface LineSettings {
  readonly seed: number;
  /** each way */
  readonly delayMs: number;
  /** either side of the delay, drawn for each packet */
  readonly jitterMs: number;
  /** share of packets, each way */
  readonly loss: number;
  readonly duplicates: number;
  /** of both directions together */
  readonly bitsPerSecond: number;
}

/** The same without what decides the chances. */
export type LineQuality = Omit<LineSettings, "seed">;

/** What faults.md calls a 2G link. */
export const TWO_G: LineQuality = {
  delayMs: 300,
  jitterMs: 100,
  loss: 0.05,
  duplicates: 0.01,
  bitsPerSecond: 50_000,
};

/** One that is felt by nobody. */
export const GOOD: LineQuality = {
  delayMs: 0,
  jitterMs: 0,
  loss: 0,
  duplicates: 0,
  bitsPerSecond: Number.POSITIVE_INFINITY,
};

/** One direction's count, of IP packets with their heads. What was lost was sent all the same. */
export interface LineCount {
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
  readonly doubled: number;
}

export interface LineBytes {
  readonly up: LineCount;
  readonly down: LineCount;
}
