import { createHash } from "node:crypto";
import {
  canonicalText,
  inputProblem,
  judge,
  judgeAny,
  type Judged,
  LIMITS,
  NEARBY_SHEETS,
  operationId,
  type Problem,
  WireOperation,
} from "@healthbridge/schema";
import type { Submission } from "./submission.ts";
import { UnreadableOperation } from "./unreadable-operation.ts";

const FINGERPRINT_CHARACTERS = 22;
/** A plan is as much work as so many bookings (measured: ten of the densest fill a transaction of 0.7 s). */
const PLAN_WEIGHT = 50;

/** One operation of a submission, judged before any transaction: what is wrong with its shape costs the others nothing. */
export interface Prepared {
  readonly number: number;
  /** how much work it is, in bookings */
  readonly weight: number;
  readonly type: string;
  readonly fingerprint: string;
  readonly input: string;
  readonly madeAt: number;
  readonly after: readonly string[];
  readonly sum: string | undefined;
  readonly passwordHash: string | undefined;
  /** ready to be decided, or why not */
  readonly verdict: { readonly judged: Judged } | { readonly problem: Problem };
}

/**
 * Judges the shapes of a submission's operations. Never throws for what a client sent: what breaks the judge is parked, and the others go on.
 * @param onBroken told of such an operation
 */
export function prepare(
  submission: Submission,
  onBroken: (id: string, error: unknown) => void,
): readonly Prepared[] {
  const { stream, from, carrier } = submission;
  return submission.operations.map((raw, at) => {
    try {
      return prepareOne(raw, from + at, carrier);
    } catch (error) {
      onBroken(operationId(stream, from + at), error);
      return unjudged(raw, from + at, { code: "parked" });
    }
  });
}

/** An operation of which no more is known than its bytes. */
function unjudged(operation: unknown, number: number, problem: Problem, passwordHash?: string): Prepared {
  const none = { type: "?", input: "{}", madeAt: 0, after: [], sum: undefined, weight: 1 };
  return { ...none, number, passwordHash, fingerprint: fingerprintOf(operation), verdict: { problem } };
}

function prepareOne(raw: unknown, number: number, carrier: Submission["carrier"]): Prepared {
  if (raw instanceof UnreadableOperation) return unjudged(raw.content, number, raw.problem);
  const { operation, passwordHash } = apart(raw, carrier);
  const parsed = WireOperation.safeParse(operation);
  if (!parsed.success)
    return unjudged(operation, number, inputProblem(parsed.error.issues, "operation"), passwordHash);
  const { type, input, madeAt, after, sum } = parsed.data;
  const text = canonicalText(input);
  const tooLarge = Buffer.byteLength(text) > LIMITS.inputBytes;
  const verdict = tooLarge
    ? { problem: { code: "too_large" as const, path: "input" } }
    : carrier === "queue"
      ? judge(type, input)
      : judgeAny(type, input);
  return {
    number,
    weight: "judged" in verdict ? weightOf(verdict.judged) : 1,
    // What is no name of ours may hold anything; the audit trail keeps plain characters.
    type: /^[\x20-\x7e]*$/.test(type) ? type : "?",
    fingerprint: fingerprintOf({ type, input, after }),
    input: tooLarge ? "{}" : text,
    madeAt,
    after: after ?? [],
    sum,
    passwordHash,
    verdict,
  };
}

/** Sheets of two months are made for a plan; each day that a wish reaches is a sheet to lock and look through, and so is each doctor's nearby. */
function weightOf({ type, input }: Judged): number {
  if (type.startsWith("availability.")) return PLAN_WEIGHT;
  if (type === "clinic.setHolidays") return 2 * PLAN_WEIGHT;
  for (const list of ["appointments", "conversations"] as const) {
    const each: unknown = Reflect.get(input, list);
    if (Array.isArray(each)) return each.length;
  }
  for (const list of ["dates", "starts"] as const) {
    const each: unknown = Reflect.get(input, list);
    // Each can be another day sheet, with who waits for it.
    if (type.startsWith("lease.") && Array.isArray(each)) return 2 * each.length;
  }
  const wishes: readonly unknown[] = "ifTaken" in input && Array.isArray(input.ifTaken) ? input.ifTaken : [];
  return wishes.reduce<number>((weight, wish) => weight + daysOf(wish), 1);
}

function daysOf(wish: unknown): number {
  if (typeof wish !== "object" || wish === null) return 0;
  const days = "days" in wish && typeof wish.days === "number" ? wish.days : 0;
  return "km" in wish ? NEARBY_SHEETS : days;
}

/** Secrets travel beside an operation, and only from the server's own routes: they are in no fingerprint and no audit trail. */
function apart(
  raw: unknown,
  carrier: Submission["carrier"],
): { operation: unknown; passwordHash: string | undefined } {
  if (carrier !== "server" || typeof raw !== "object" || raw === null || !("secrets" in raw))
    return { operation: raw, passwordHash: undefined };
  const { secrets, ...operation } = raw;
  const hash =
    typeof secrets === "object" && secrets !== null && "passwordHash" in secrets
      ? secrets.passwordHash
      : undefined;
  return { operation, passwordHash: typeof hash === "string" ? hash : undefined };
}

/** The fingerprint of an operation's content: the same content has the same, however its JSON was written. */
function fingerprintOf(content: unknown): string {
  return createHash("sha256")
    .update(canonicalText(content))
    .digest("base64url")
    .slice(0, FINGERPRINT_CHARACTERS);
}
