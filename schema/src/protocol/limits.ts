import { DEVICE_LIMITS, MOST_ALTERNATIVES } from "./device-limits.ts";
import { DOCUMENT_LIMITS } from "./document-limits.ts";
import { SEARCH_LIMITS } from "./search-limits.ts";

/** Limits both sides keep. Bytes are counted after decompression unless a name says otherwise. */
export const LIMITS = {
  ...DEVICE_LIMITS,
  alternatives: MOST_ALTERNATIVES,
  ...DOCUMENT_LIMITS,
  ...SEARCH_LIMITS,
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
  /** kilometres the wish `anyDoctor` can reach */
  wishKm: 200,
  /** dates of day sheets from which times are leased in one operation */
  leaseDates: 14,
  /** days ahead to which a device can lease times */
  leaseDays: 14,
  /** minutes after the end of a lease in which its times may still lie: a week */
  leasedAfterMinutes: 10_080,
  /** times that are leased from one sheet, or given back, in one operation */
  leaseStarts: 100,
  /** minutes a time can be held for somebody who is choosing */
  holdMinutes: 60,
  /** minutes the clinic has to confirm a booking, or a patient to answer an offer, at most: two weeks */
  answerMinutes: 20_160,
  /** kinds of visit of one doctor */
  visitKinds: 12,
  /** places of a group session */
  places: 35,
  /** holidays of one clinic */
  holidays: 60,
  /** doctors of one clinic whose days a holiday can close in one operation */
  doctorsPerClinic: 200,
  /** of their day sheets: what does not fit the time of one transaction would never be done, and hold everybody up each time it is tried */
  holidaySheets: 1_000,
  /** appointments that no longer fit new hours and are named in the outcome */
  unfitNamed: 100,
  /** appointments one clean-up operation can end, or put away, and conversations it can remove */
  cleanedAtOnce: 100,
  /** days a finished appointment is shown at least before it is put away */
  shownDays: 30,
  /** days for which sheets are made ahead */
  sheetDays: 56,
  /** newest messages of a conversation that who comes to take part in it is shown; older ones are read page by page */
  messagesShown: 50,
  /** newest messages of a conversation that stay in the feeds of those who take part, however old they are */
  messagesKept: 200,
  /** characters of an Idempotency-Key */
  keyCharacters: { least: 8, most: 200 },
  /** characters of the address of a browser's push service */
  pushEndpointCharacters: 1_000,
  /** characters of a password (NIST SP 800-63B-4: at least 15 where it is the only factor) */
  passwordCharacters: { least: 15, most: 256 },
  /** appointments in one calendar feed */
  calendarEvents: 1_000,
  /** days before today a calendar feed begins */
  calendarDaysBack: 14,
  /** reads of one calendar link, and wrong guesses of one address, per minute */
  calendarReadsPerMinute: 30,
} as const;
