import * as z from "zod/mini";
import { DOCUMENT_LIMITS } from "../protocol/document-limits.ts";
import { DOCUMENT_NAME } from "../protocol/documents.ts";

/**
 * The documents of a consultation: `intake`, which the patient's side and the doctor write, and `notes`, which the doctor writes and the staff of the patient's clinic
 * can read.
 */
export const DocumentKind = z.enum(["intake", "notes"]);
export type DocumentKind = z.infer<typeof DocumentKind>;

/** `<conversation>.<kind>` */
export const DocumentName = z.string().check(z.regex(DOCUMENT_NAME));
export type DocumentName = z.infer<typeof DocumentName>;

/** bytes of a state vector, which has clients and their clocks: a document has at most a thousand */
const VECTOR_BYTES = 24_000;

/** How many bytes base64 stands for. */
function bytesIn(text: string): number {
  const filled = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return (text.length / 4) * 3 - filled;
}

const base64 = (most: number) =>
  z.string().check(
    z.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
    z.maxLength(Math.ceil(most / 3) * 4),
    // The last four letters can be one or two bytes too many.
    z.refine((text) => bytesIn(text) <= most, "too many bytes"),
  );

/** `POST /v1/documents/<name>/sync`: what a device has of a document, and what it has that the server lacks. */
export const DocumentSyncRequest = z.strictObject({
  /** state vector of Yjs, base64: how far the device knows the document */
  vector: base64(VECTOR_BYTES),
  /** update of Yjs (version 1), base64: what the server may lack */
  update: z.optional(base64(DOCUMENT_LIMITS.documentPostBytes)),
});
export type DocumentSyncRequest = z.infer<typeof DocumentSyncRequest>;

/** What it is answered. */
export const DocumentSyncResponse = z.object({
  /** how far the server knows the document, base64; all of it is stored */
  vector: z.string(),
  /** what the device lacks, base64 */
  update: z.string(),
  /** whether the account may write it now */
  may: z.enum(["write", "read"]),
  /** false: what was sent follows something that the server lacks; send all that is beyond its vector */
  stored: z.boolean(),
});
export type DocumentSyncResponse = z.infer<typeof DocumentSyncResponse>;
