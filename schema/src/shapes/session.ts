import * as z from "zod/mini";
import { Account, Login } from "./account.ts";
import { Language, Name } from "./texts.ts";
import { EntityId } from "./ids.ts";
import { LIMITS } from "../protocol/limits.ts";

/** A tenant's short name in addresses and sign-in: `demo`. Left out: the server's own default. */
export const TenantName = z.string().check(z.regex(/^[a-z][a-z0-9-]{1,31}$/));

/** A password as typed. Any characters, no composition rules (NIST SP 800-63B-4); never stored, never logged. */
export const Password = z.string().check(z.minLength(1), z.maxLength(LIMITS.passwordCharacters.most));

/** 32 random bytes in base64url, drawn by the device. */
export const Nonce = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));

/** `POST /v1/accounts`: opens a patient's account; an administrator opens others'. */
export const RegisterRequest = z.strictObject({
  tenant: z.optional(TenantName),
  login: Login,
  password: Password,
  name: Name,
  role: z.optional(Account.shape.role),
  clinics: z.optional(Account.shape.clinics),
  doctor: z.optional(EntityId),
  language: z.optional(Language),
});
export type RegisterRequest = z.infer<typeof RegisterRequest>;

/** `POST /v1/sessions`: signs in on a device. `nonce` makes a repeated request (lost answer) the same session. */
export const SignInRequest = z.strictObject({
  tenant: z.optional(TenantName),
  login: Login,
  password: Password,
  /** what the device is called, as `Tablet at the front desk` */
  device: Name,
  nonce: Nonce,
});
export type SignInRequest = z.infer<typeof SignInRequest>;

/** `POST /v1/sessions/refresh`: the old refresh token with a nonce drawn and stored before the request is sent. The same pair always gets the same successor until that was used. */
export const RefreshRequest = z.strictObject({
  refreshToken: z.string().check(z.maxLength(200)),
  nonce: Nonce,
});
export type RefreshRequest = z.infer<typeof RefreshRequest>;

/** What signing in and refreshing answer. Times in seconds. */
export const Session = z.object({
  accessToken: z.string(),
  /** seconds the access token lives */
  expiresIn: z.int(),
  refreshToken: z.string(),
  /** seconds the session lives if nothing else ends it */
  refreshExpiresIn: z.int(),
  account: Account,
  device: EntityId,
});
export type Session = z.infer<typeof Session>;
