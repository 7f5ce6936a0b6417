import type { Account } from "@healthbridge/schema/client";
import type { ShellKey } from "./texts/en.ts";

/** Why a step was not taken. */
export interface Refusal {
  readonly code: string;
  /** tries left, ms to wait */
  readonly triesLeft?: number | undefined;
  readonly waitMs?: number | undefined;
  /** of an account that is not for this app */
  readonly role?: Account["role"] | undefined;
}

/** What an error of the SDK says of itself; of any other no more than its name, for its text is written for whoever made the browser. */
export function refusalOf(error: unknown): Refusal {
  const { code, retryAfter } = fieldsOf(error);
  return {
    code: typeof code === "string" ? code : error instanceof Error ? error.name : "internal",
    ...(typeof retryAfter === "number" && { waitMs: retryAfter }),
  };
}

/** Where the words say all that there is to do. */
const PLAIN: Readonly<Record<string, ShellKey>> = {
  vault_unavailable: "needsHttps",
  store_full: "brokenFull",
};

/** What is said where nothing can be shown. Below it stands the code for whoever helps, where the words alone do not help. */
export function brokenWords(code: string): {
  readonly lead: ShellKey;
  readonly code: string | undefined;
} {
  const plain = PLAIN[code];
  if (plain !== undefined) return { lead: plain, code: undefined };
  return { lead: /^(store|vault)_/.test(code) ? "brokenLead" : "notNow", code };
}

function fieldsOf(error: unknown): Readonly<Record<string, unknown>> {
  return typeof error === "object" && error !== null ? { ...error } : {};
}
