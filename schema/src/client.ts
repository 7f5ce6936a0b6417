/**
 * What an app on a phone needs of the language: everything that decides and counts, and the shapes compiled. Only types come from where zod is.
 *
 * @packageDocumentation
 */
export * from "./availability/make-sheets.ts";
export * from "./canonical.ts";
export * from "./compiled/judge.ts";
export * from "./entities/appointment.ts";
export * from "./entities/attachment-content.ts";
export * from "./entities/distance.ts";
export * from "./entities/doctor-search.ts";
export * from "./entities/lease.ts";
export * from "./entities/sheet.ts";
export * from "./entities/week.ts";
export * from "./ids.ts";
export * from "./operations/definition.ts";
export * from "./operations/foreseen.ts";
export type { QueueableType } from "./operations/queueable.ts";
export * from "./operations/rights.ts";
export * from "./protocol/attachment-limits.ts";
export * from "./protocol/feeds.ts";
export * from "./protocol/device-limits.ts";
export * from "./protocol/document-limits.ts";
export * from "./protocol/documents.ts";
export * from "./protocol/realtime-limits.ts";
export * from "./protocol/search-limits.ts";
export * from "./protocol/version.ts";
export * from "./time.ts";

export { LEASE_MARGIN_MS } from "./operations/lease-use.ts";
export * from "./words/describe-outcome.ts";
export { MESSAGE_CHARACTERS, wordsLanguage, type WordsLanguage } from "./words/languages.ts";
export type { SpokenType } from "./words/texts.ts";

export { dateExists } from "./rules.ts";

export type { PlacedOutput } from "./contracts/appointment.ts";
export type { InputOf, OperationType, OutputOf } from "./contracts/contracts.ts";
export type { Found, Request } from "./operations/wishes.ts";
export type { ProblemCode } from "./protocol/problems.ts";
export type * from "./shapes/account.ts";
export type * from "./shapes/appointment.ts";
export type * from "./shapes/attachment.ts";
export type * from "./shapes/availability.ts";
export type * from "./shapes/calendar.ts";
export type * from "./shapes/call.ts";
export type * from "./shapes/conversation.ts";
export type * from "./shapes/directory.ts";
export type * from "./shapes/document.ts";
export type * from "./shapes/feeds.ts";
export type * from "./shapes/frames.ts";
export type * from "./shapes/ids.ts";
export type * from "./shapes/patient.ts";
export type * from "./shapes/problem.ts";
export type * from "./shapes/session.ts";
export type * from "./shapes/sheet.ts";
export type * from "./shapes/sync-request.ts";
export type {
  FeedItem,
  FeedPage,
  SyncHead,
  SyncLine,
  SyncResponse,
  SyncTail,
  WireOutcome,
} from "./shapes/sync-response.ts";
export type * from "./shapes/time.ts";
export type * from "./shapes/wish.ts";
