import * as z from "zod/mini";
import { LIMITS } from "../protocol/limits.ts";

/**
 * What a browser answers when an app subscribes to push messages (`PushSubscription.toJSON()` of the W3C Push API): the address of its push service, https only, and
 * the keys with which what is sent there is encrypted, in base64url: 65 and 16 bytes (RFC 8291).
 */
export const PushSubscription = z.strictObject({
  endpoint: z
    .string()
    .check(
      z.maxLength(LIMITS.pushEndpointCharacters),
      z.regex(/^https:\/\/[A-Za-z0-9.-]+(:\d{1,5})?\/[!-~]*$/),
    ),
  keys: z.strictObject({
    p256dh: z.string().check(z.regex(/^B[A-Za-z0-9_-]{86}$/)),
    auth: z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/)),
  }),
});
export type PushSubscription = z.infer<typeof PushSubscription>;

/** `GET /v1/push-key`: the public key with which a browser subscribes, base64url (RFC 8292). */
export const PushKeyAnswer = z.object({ publicKey: z.string().check(z.regex(/^B[A-Za-z0-9_-]{86}$/)) });
export type PushKeyAnswer = z.infer<typeof PushKeyAnswer>;
