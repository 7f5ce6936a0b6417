import type { Problem, ProblemDetails } from "../shapes/problem.ts";

/**
 * Every code a problem can carry: HTTP status it has on REST, its title, and what to do next.
 * RFC 9457: `type` is `urn:healthbridge:problem:<code>`.
 */
export const PROBLEMS = {
  // the request itself
  malformed: {
    status: 400,
    title: "The request could not be read",
    next: "Correct the field named by path and send it as a new operation.",
  },
  unknown_field: {
    status: 400,
    title: "The request has a field that does not exist",
    next: "Leave out the field named by path.",
  },
  too_large: { status: 413, title: "The request is too large", next: "Send it in smaller parts." },
  unsupported_media: {
    status: 415,
    title: "The content type or encoding is not understood",
    next: "Send application/json, plain or gzip.",
  },
  unsupported: {
    status: 422,
    title: "This server does not know the operation",
    next: "Upgrade the server or the app, then do it again as a new operation.",
  },
  protocol_unsupported: {
    status: 426,
    title: "The protocol version is not spoken here",
    next: "Upgrade the app.",
  },
  not_found: {
    status: 404,
    title: "There is no such thing, or you may not see it",
    next: "Check the id; pull what is new.",
  },
  method_not_allowed: { status: 405, title: "The method is not allowed here", next: "See the Allow header." },
  key_required: {
    status: 400,
    title: "An Idempotency-Key is required",
    next: "Send a fresh key of 8 to 200 characters with each new write.",
  },
  key_reused: {
    status: 422,
    title: "The key was used for something else",
    next: "Draw a new key or open a new stream.",
  },
  key_in_use: {
    status: 409,
    title: "The first request with this key is still running",
    next: "Wait for its answer, or ask again in a moment.",
  },
  outcome_pruned: {
    status: 410,
    title: "The outcome is older than what is kept",
    next: "Read the thing itself.",
  },
  // who asks
  not_signed_in: { status: 401, title: "Sign in first", next: "Sign in; nothing queued is lost." },
  token_expired: {
    status: 401,
    title: "The access token ran out",
    next: "Refresh it and send the same again.",
  },
  token_invalid: { status: 401, title: "The token is not valid", next: "Sign in; nothing queued is lost." },
  credentials_wrong: { status: 401, title: "The name or the password is not right", next: "Try again." },
  refresh_reused: {
    status: 401,
    title: "This refresh token was used by somebody else",
    next: "Sign in again; change the password if it was not you.",
  },
  device_revoked: {
    status: 401,
    title: "This device was signed out",
    next: "Sign in again; nothing queued is lost.",
  },
  forbidden: { status: 403, title: "Your role does not allow this", next: "Ask somebody whose role does." },
  // attachments
  tus_unsupported: {
    status: 412,
    title: "This version of tus is not spoken here",
    next: "Send Tus-Resumable: 1.0.0.",
  },
  attachment_unfit: {
    status: 415,
    title: "The file is not what it says, or cannot be attached",
    next: "Attach a JPEG, PNG or WebP photo, or an Ogg, M4A, AAC or WebM voice note.",
  },
  attachment_limit: {
    status: 429,
    title: "No more can be attached for now",
    next: "Send the rest another day, or delete what is still on its way.",
  },
  // how much
  rate_limited: { status: 429, title: "Too many requests", next: "Wait for Retry-After seconds." },
  unavailable: {
    status: 503,
    title: "The server cannot do it right now",
    next: "Send the same again after Retry-After seconds.",
  },
  internal: {
    status: 500,
    title: "Something broke on the server",
    next: "Send the same again; tell the operator the correlation id if it goes on.",
  },
  // operations
  parked: {
    status: 422,
    title: "The operation broke the server and was set aside",
    next: "Tell the operator its id; correct it and send it as a new operation.",
  },
  dependency_failed: {
    status: 422,
    title: "An operation this one needed was not applied",
    next: "Correct the one it needed, then do this again.",
  },
  conflict: {
    status: 409,
    title: "The thing is in another state by now",
    next: "Look at its present state and decide again.",
  },
  login_taken: {
    status: 409,
    title: "The sign-in name belongs to somebody else",
    next: "Choose another name.",
  },
  password_weak: {
    status: 422,
    title: "The password is too short or too well known",
    next: "Use at least 15 characters; a sentence works well.",
  },
  zone_unknown: {
    status: 422,
    title: "There is no such time zone",
    next: "Use an IANA name such as Africa/Nairobi.",
  },
  slot_taken: {
    status: 409,
    title: "The time was taken by somebody else",
    next: "Choose one of the alternatives.",
  },
  slot_not_offered: {
    status: 422,
    title: "The doctor offers no slot at this time",
    next: "Choose one of the alternatives.",
  },
  start_passed: {
    status: 422,
    title: "The time had passed when the request arrived",
    next: "Choose a later time.",
  },
  too_early: {
    status: 422,
    title: "It is too early for this",
    next: "Do it later: check-in and completion open 12 hours before the start, a patient is missed only once it has begun.",
  },
  visit_unknown: {
    status: 422,
    title: "The doctor has no such kind of visit",
    next: "Choose one of the kinds in the doctor's rules.",
  },
  notice_short: {
    status: 422,
    title: "The doctor wants to know earlier",
    next: "Choose a later time, or ask the clinic.",
  },
  beyond_horizon: {
    status: 422,
    title: "The doctor is not booked that far ahead",
    next: "Choose an earlier time, or ask again later.",
  },
  day_full: {
    status: 409,
    title: "The doctor sees no more patients that day",
    next: "Choose another day.",
  },
  patient_limit: {
    status: 409,
    title: "The patient has as many appointments with this doctor as she can have",
    next: "Keep, move or cancel one of them first.",
  },
  deadline_passed: {
    status: 422,
    title: "No time was left before it would be useless",
    next: "Ask again with a later usefulUntil, or with wishes that reach further.",
  },
  none_nearby: {
    status: 404,
    title: "No such doctor near enough has a free time",
    next: "Ask for a larger distance, more days or another language.",
  },
  already_waiting: {
    status: 409,
    title: "The patient is on this doctor's waiting list already",
    next: "Wait for the offer, or cancel that place first.",
  },
  hold_limit: {
    status: 409,
    title: "This account holds as many times as it can",
    next: "Confirm or cancel one of them, or wait until it is over.",
  },
  lease_limit: {
    status: 409,
    title: "No more of the doctor's times can be kept for devices",
    next: "Ask for other dates, or give back times that are not needed; the doctor's rules say how much of a day it may be.",
  },
  answer_late: {
    status: 409,
    title: "The answer came after the time had been given back",
    next: "Book a free time.",
  },
  conversation_closed: {
    status: 409,
    title: "The conversation is closed",
    next: "Ask the doctor or the clinic to open it again, or book another appointment.",
  },
  patient_busy: {
    status: 409,
    title: "The patient has another appointment at this time",
    next: "Cancel the other one or choose another time.",
  },
} as const satisfies Readonly<Record<string, { status: number; title: string; next: string }>>;

/** A problem's code; a closed set. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Whether a text is a code of this version. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/** Dresses a problem for HTTP. A code of a later version gets status 422 and itself as the title. */
export function problemDetails(problem: Problem): ProblemDetails {
  const known = isProblemCode(problem.code)
    ? PROBLEMS[problem.code]
    : { status: 422, title: problem.code, next: undefined };
  return {
    type: `urn:healthbridge:problem:${problem.code}`,
    title: known.title,
    status: known.status,
    ...problem,
    ...(known.next === undefined ? {} : { next: known.next }),
  };
}
