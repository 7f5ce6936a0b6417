/** Limits both sides keep. Bytes are counted after decompression unless a name says otherwise. */
export const LIMITS = {
  /** operations in one sync request */
  operationsPerRequest: 500,
  /** bytes of one request body, decompressed */
  bodyBytes: 262_144,
  /** bytes of one request body as sent */
  bodyBytesAsSent: 131_072,
  /** bytes of one operation's input as JSON */
  inputBytes: 16_384,
  /** nesting of JSON */
  jsonDepth: 16,
  /** bytes of changes in one answer when the device names no budget */
  answerBytes: 131_072,
  /** the largest budget a device can name, bytes */
  largestBudget: 4_194_304,
  /** the smallest budget that is honoured, bytes */
  smallestBudget: 1_024,
  /** bytes after which an answer in lines gets a cursor */
  chunkBytes: 3_072,
  /** feeds one device can follow */
  feedsPerDevice: 200,
  /** feeds one request can begin or cease to follow */
  followsPerRequest: 50,
  /** operations one operation can name in `after` */
  afterPerOperation: 16,
  /** wishes in `ifTaken` */
  wishes: 8,
  /** days the wish `sameDoctor` can reach */
  wishDays: 28,
  /** alternatives named in a rejection */
  alternatives: 3,
  /** days for which sheets are made ahead */
  sheetDays: 56,
  /** characters of an Idempotency-Key */
  keyCharacters: { least: 8, most: 200 },
  /** characters of a password (NIST SP 800-63B-4: at least 15 where it is the only factor) */
  passwordCharacters: { least: 15, most: 256 },
} as const;
