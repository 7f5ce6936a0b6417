import * as z from "zod/mini";
import { EntityId } from "./ids.ts";
import { PushSubscription } from "./push.ts";
import { Language, Name } from "./texts.ts";

/** Who an account is. Staff and doctors work for clinics; an administrator looks after one tenant. */
export const Role = z.enum(["patient", "doctor", "staff", "administrator"]);
export type Role = z.infer<typeof Role>;

/** The name somebody signs in with: 3 to 64 small letters, digits, `.`, `_`, `-`, `+`, `@`. */
export const Login = z.string().check(z.maxLength(64), z.regex(/^[a-z0-9+][a-z0-9._@+-]{2,63}$/));

/** An account as its owner sees it. Never holds a password or its hash. */
export const Account = z.object({
  id: EntityId,
  login: Login,
  name: Name,
  role: Role,
  /** clinics the account works for (staff; a doctor's clinic is among them) */
  clinics: z.array(EntityId),
  /** the doctor this account is, for role `doctor` */
  doctor: z.optional(EntityId),
  language: z.optional(Language),
  status: z.enum(["active", "disabled"]),
});
export type Account = z.infer<typeof Account>;

/** A device an account has signed in on. */
export const Device = z.object({
  id: EntityId,
  account: EntityId,
  name: Name,
  status: z.enum(["active", "revoked"]),
  /** where its browser takes messages while the app is closed */
  push: z.optional(PushSubscription),
});
export type Device = z.infer<typeof Device>;
