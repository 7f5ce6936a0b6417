import type { HealthBridge, Store } from "@healthbridge/client-sdk";
import type { Account } from "@healthbridge/schema/client";
import type { Refusal } from "./refusal.ts";
import type { Person, Safe } from "./safe.ts";

/** An app while somebody uses it. */
export interface Used<P> {
  readonly hb: HealthBridge;
  /** the store of `hb`, under her key: for chat, attachments, documents */
  readonly store: Store;
  readonly account: Account;
  readonly person: Person;
  readonly safe: Safe;
  /** what the app opened beside the SDK: chat, a socket */
  readonly parts: P;
}

/** Where somebody is on her way into the app. */
export type Stage<P> =
  | { readonly at: "starting" }
  | { readonly at: "people"; readonly people: readonly Person[]; readonly left?: Left | undefined }
  | {
      readonly at: "newcomer";
      /** there is a list of people to go back to */
      readonly others: boolean;
      readonly left?: Left | undefined;
      readonly refusal?: Refusal | undefined;
      readonly busy?: boolean | undefined;
    }
  | { readonly at: "newPin"; readonly label: string }
  | {
      readonly at: "locked";
      readonly person: Person;
      readonly passkey: boolean;
      /** she came to sign in, and is here already */
      readonly isBack?: boolean | undefined;
      readonly busy?: boolean | undefined;
      readonly refusal?: Refusal | undefined;
    }
  | {
      readonly at: "signIn";
      readonly person: Person;
      readonly busy?: boolean | undefined;
      readonly refusal?: Refusal | undefined;
    }
  | { readonly at: "open"; readonly used: Used<P> }
  | { readonly at: "broken"; readonly code: string };

/** Who has just signed out, and what of hers stays. */
export interface Left {
  readonly label: string;
  readonly waiting: number;
}
