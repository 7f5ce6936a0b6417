/**
 * The language both sides of HealthBridge speak: what may be kept, what may be asked, how it is decided, how it travels. No input or output of its own.
 *
 * This is the whole of it, as a server needs it, with zod. An app imports `@healthbridge/schema/client`.
 *
 * @packageDocumentation
 */
export * from "./canonical.ts";
export * from "./ids.ts";
export * from "./rules.ts";
export * from "./time.ts";
export * from "./availability/make-sheets.ts";
export * from "./contracts/appointment.ts";
export * from "./contracts/availability.ts";
export * from "./contracts/contract.ts";
export * from "./contracts/contracts.ts";
export * from "./contracts/conversation.ts";
export * from "./contracts/lease.ts";
export * from "./entities/appointment.ts";
export * from "./entities/availability.ts";
export * from "./entities/distance.ts";
export * from "./entities/doctor-search.ts";
export * from "./entities/lease.ts";
export * from "./entities/sheet.ts";
export * from "./entities/week.ts";
export * from "./feeds/access.ts";
export * from "./feeds/audience.ts";
export * from "./operations/appointment-pending.ts";
export * from "./operations/appointment-visit.ts";
export * from "./operations/availability.ts";
export * from "./operations/bookable.ts";
export * from "./operations/conversation.ts";
export * from "./operations/definition.ts";
export * from "./operations/foreseen.ts";
export * from "./operations/judge.ts";
export * from "./operations/judged.ts";
export * from "./operations/lease.ts";
export * from "./operations/look-ups.ts";
export * from "./operations/plan-sheets.ts";
export * from "./operations/queueable.ts";
export * from "./operations/registry.ts";
export * from "./operations/rights.ts";
export * from "./operations/sheet-merge.ts";
export * from "./operations/touches.ts";
export * from "./operations/waiting-list.ts";
export * from "./operations/wishes.ts";
export * from "./protocol/feeds.ts";
export * from "./protocol/device-limits.ts";
export * from "./protocol/document-limits.ts";
export * from "./protocol/documents.ts";
export * from "./protocol/search-limits.ts";
export * from "./protocol/limits.ts";
export * from "./protocol/problems.ts";
export * from "./protocol/version.ts";
export * from "./shapes/account.ts";
export * from "./shapes/appointment.ts";
export * from "./shapes/availability.ts";
export * from "./shapes/calendar.ts";
export * from "./shapes/conversation.ts";
export * from "./shapes/directory.ts";
export * from "./shapes/document.ts";
export * from "./shapes/feeds.ts";
export * from "./shapes/ids.ts";
export * from "./shapes/nearby.ts";
export * from "./shapes/patient.ts";
export * from "./shapes/problem.ts";
export * from "./shapes/push.ts";
export * from "./shapes/session.ts";
export * from "./shapes/sheet.ts";
export * from "./shapes/sync-request.ts";
export * from "./shapes/sync-response.ts";
export * from "./shapes/texts.ts";
export * from "./shapes/ticket.ts";
export * from "./shapes/time.ts";
export * from "./shapes/wish.ts";
export * from "./words/describe-outcome.ts";
export { MESSAGE_CHARACTERS, wordsLanguage, type WordsLanguage } from "./words/languages.ts";
export type { SpokenType } from "./words/texts.ts";
