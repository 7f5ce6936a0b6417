import type { Account, EntityId } from "@healthbridge/schema/client";

/** Table `meta`, key `session`: who is signed in on this device. */
export interface SessionRow {
  readonly account: Account;
  readonly device: EntityId;
  readonly accessToken: string;
  /** when the access token ends, ms by the server's clock as far as it was known */
  readonly expires: number;
  readonly refreshToken: string;
  /** drawn and stored before the refresh was sent; stays until its answer arrived */
  readonly nonce?: string | undefined;
  /** the server wants a new sign-in: the code it gave */
  readonly ended?: string | undefined;
}

/** Table `meta`, key `signIn`: a sign-in whose answer has not arrived. */
export interface SignInRow {
  readonly login: string;
  readonly nonce: string;
}

/** Table `meta`, key `goodbye`: a session the server has still to be told of that it is over. */
export interface GoodbyeRow {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly nonce: string;
}
