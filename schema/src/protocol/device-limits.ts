/** Limits that a device keeps before it asks. Apart from the others, so that a phone carries only these. */
export const DEVICE_LIMITS = {
  /** operations in one sync request */
  operationsPerRequest: 500,
  /** bytes of one request body, decompressed */
  bodyBytes: 262_144,
  /** bytes of one operation's input as JSON */
  inputBytes: 16_384,
  /** the smallest budget that is honoured, bytes */
  smallestBudget: 1_024,
  /** feeds one request can begin or cease to follow */
  followsPerRequest: 50,
  /** operations one operation can name in `after` */
  afterPerOperation: 16,
} as const;

/** Alternatives named in a rejection. By itself, for a phone that foresees nothing names none. */
export const MOST_ALTERNATIVES = 3;
