/**
 * The language both sides of HealthBridge speak: what may be kept, what may be asked, how it is decided, how it travels. No input or output of its own.
 *
 * @packageDocumentation
 */
export * from "./canonical.ts";
export * from "./ids.ts";
export * from "./time.ts";
export * from "./entities/account.ts";
export * from "./entities/appointment.ts";
export * from "./entities/availability.ts";
export * from "./entities/directory.ts";
export * from "./entities/patient.ts";
export * from "./entities/shared.ts";
export * from "./entities/sheet.ts";
export * from "./operations/appointment-book.ts";
export * from "./operations/availability.ts";
export * from "./operations/definition.ts";
export * from "./operations/foreseen.ts";
export * from "./operations/judge.ts";
export * from "./operations/queueable.ts";
export * from "./operations/registry.ts";
export * from "./operations/rights.ts";
export * from "./operations/sheet-merge.ts";
export * from "./operations/wishes.ts";
export * from "./protocol/limits.ts";
export * from "./protocol/feeds.ts";
export * from "./protocol/problem-texts.ts";
export * from "./protocol/problem.ts";
export * from "./protocol/session.ts";
export * from "./protocol/sync-request.ts";
export * from "./protocol/sync-response.ts";
export * from "./protocol/version.ts";
