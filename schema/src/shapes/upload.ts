import * as z from "zod/mini";
import { ATTACHMENT_LIMITS } from "../protocol/attachment-limits.ts";

/** Bytes of the largest upload: a photo with its thumbnail. */
const MOST_BYTES: number = ATTACHMENT_LIMITS.photoBytes + ATTACHMENT_LIMITS.thumbnailBytes;

/** Heads in which uploads speak (tus 1.0.0), as their text is read. */
export const UploadHeads = {
  /** the protocol's version */
  resumable: z.literal("1.0.0"),
  /** bytes of the upload: the thumbnail's and the file's */
  length: z.int().check(z.minimum(1), z.maximum(MOST_BYTES)),
  /** how many of them are there */
  offset: z.int().check(z.minimum(0), z.maximum(MOST_BYTES)),
  /** `AttachmentMetadata`: name, space, value in base64, with commas between */
  metadata: z.string().check(z.regex(/^[a-z]+ [A-Za-z0-9+/]+={0,2}(?:,[a-z]+ [A-Za-z0-9+/]+={0,2})*$/)),
  /** bytes of the largest upload */
  most: z.literal(MOST_BYTES),
} as const;
