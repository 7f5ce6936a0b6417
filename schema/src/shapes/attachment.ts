import * as z from "zod/mini";
import { ATTACHMENT_LIMITS } from "../protocol/attachment-limits.ts";
import { CONTENT_TYPES } from "../entities/attachment-content.ts";
import { EntityId } from "./ids.ts";

/** What can be attached to a message. */
export const AttachmentKind = z.enum(["photo", "voice"]);
export type AttachmentKind = z.infer<typeof AttachmentKind>;

/**
 * What an upload says of itself (`Upload-Metadata` of tus, each value in base64). The upload is the thumbnail's bytes, where there is one, and then the file's.
 */
export const AttachmentMetadata = z.strictObject({
  /** `<first 96 bits of the SHA-256 of the seal's bytes, in base64url>.1`: only whoever drew the seal can begin this upload, though everybody in the conversation may see its id first */
  id: EntityId,
  /** 16 random bytes in base64url, drawn on the device */
  seal: z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/)),
  /** the conversation: an appointment's id */
  conversation: EntityId,
  kind: AttachmentKind,
  /** what the file is; its first bytes must say the same */
  type: z.enum(CONTENT_TYPES),
  /** how many of the upload's bytes, from the first on, are a thumbnail: a JPEG or WebP picture */
  thumbnail: z.optional(
    z.string().check(
      z.regex(/^[1-9]\d{0,4}$/),
      z.refine((text) => Number(text) <= ATTACHMENT_LIMITS.thumbnailBytes),
    ),
  ),
  /** SHA-256 of the file (without the thumbnail) in base64url: what arrives must be what was sent */
  digest: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/))),
});
export type AttachmentMetadata = z.infer<typeof AttachmentMetadata>;
