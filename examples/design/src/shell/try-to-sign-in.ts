import type { HealthBridge, Store } from "@healthbridge/client-sdk";
import type { Account } from "@healthbridge/schema/client";
import { type Refusal, refusalOf } from "./refusal.ts";

/** What somebody signs in with. */
export interface Credentials {
  readonly login: string;
  readonly password: string;
}

/** Somebody who has signed in and has not chosen a PIN yet: what she has is in memory alone. */
export interface Arrival {
  readonly login: string;
  readonly hb: HealthBridge;
  readonly memory: () => Store;
}

/** What came of signing in. */
type Tried = { readonly account: Account } | { readonly refusal: Refusal };

/**
 * Who she is, or why she is not let in.
 * @param roles whom the app is for: the session of anybody else is ended again
 */
export async function tryToSignIn(
  hb: HealthBridge,
  roles: readonly Account["role"][],
  credentials: Credentials,
): Promise<Tried> {
  let account: Account;
  try {
    account = await hb.signIn(credentials);
  } catch (error) {
    return { refusal: refusalOf(error) };
  }
  if (roles.includes(account.role)) return { account };
  await hb.signOut();
  return { refusal: { code: "other_app", role: account.role } };
}
