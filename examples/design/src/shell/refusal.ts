import type { Account } from "@healthbridge/schema/client";

/** Why a step was not taken. */
export interface Refusal {
  readonly code: string;
  /** tries left, ms to wait */
  readonly triesLeft?: number | undefined;
  readonly waitMs?: number | undefined;
  /** of an account that is not for this app */
  readonly role?: Account["role"] | undefined;
}

/** What an error of the SDK says of itself. */
export function refusalOf(error: unknown): Refusal {
  const { code, retryAfter } = fieldsOf(error);
  return {
    code: typeof code === "string" ? code : String(error),
    ...(typeof retryAfter === "number" && { waitMs: retryAfter }),
  };
}

function fieldsOf(error: unknown): Readonly<Record<string, unknown>> {
  return typeof error === "object" && error !== null ? { ...error } : {};
}
