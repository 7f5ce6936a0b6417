import { DEVICE_LIMITS } from "./device-limits.ts";

/** Limits both sides keep. Bytes are counted after decompression unless a name says otherwise. */
export const LIMITS = {
  ...DEVICE_LIMITS,
  /** bytes of one request body as sent */
  bodyBytesAsSent: 131_072,
  /** nesting of JSON */
  jsonDepth: 16,
  /** bytes of changes in one answer when the device names no budget */
  answerBytes: 131_072,
  /** the largest budget a device can name, bytes */
  largestBudget: 524_288,
  /** bytes after which an answer in lines gets a cursor */
  chunkBytes: 3_072,
  /** characters of what a request names as a feed */
  feedNameCharacters: 200,
  /** feeds one device can follow */
  feedsPerDevice: 200,
  /** wishes in `ifTaken` */
  wishes: 8,
  /** days the wish `sameDoctor` can reach */
  wishDays: 28,
  /** days for which sheets are made ahead */
  sheetDays: 56,
  /** characters of an Idempotency-Key */
  keyCharacters: { least: 8, most: 200 },
  /** characters of the address of a browser's push service */
  pushEndpointCharacters: 1_000,
  /** characters of a password (NIST SP 800-63B-4: at least 15 where it is the only factor) */
  passwordCharacters: { least: 15, most: 256 },
} as const;
