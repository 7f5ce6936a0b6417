import type { AttachmentKind, ContentType, EntityId, Problem } from "@healthbridge/schema/client";

/** What a device keeps of something that was attached, beside its bytes. Written by this version only, so a row is what its key says. */
export interface UploadRow {
  readonly id: EntityId;
  /** account that attached it: nobody else sees or sends it */
  readonly owner: EntityId;
  /** shows the server that the id was drawn here; base64url */
  readonly seal: string;
  readonly conversation: EntityId;
  readonly kind: AttachmentKind;
  readonly type: ContentType;
  /** bytes of the file */
  readonly size: number;
  /** bytes of the thumbnail, which come first; 0 where there is none */
  readonly thumbnailSize: number;
  /** SHA-256 of the file, base64url */
  readonly digest: string;
  /** device's clock, ms since 1970 */
  readonly madeAt: number;
  /** place in the order of attaching */
  readonly order: number;
  /** the server has begun to keep it */
  readonly begun: boolean;
  readonly status: "waiting" | "sent" | "refused";
  /** the server's epoch in which it was sent: a server with another one may have lost it */
  readonly epoch?: number | undefined;
  /** why it was refused */
  readonly problem?: Problem | undefined;
}

/** Bytes to send: thumbnail and file. */
export function wholeSize({ size, thumbnailSize }: Pick<UploadRow, "size" | "thumbnailSize">): number {
  return size + thumbnailSize;
}

/** A row as it was read. */
export function asUploadRow(row: unknown): UploadRow | undefined {
  return isUploadRow(row) ? row : undefined;
}

function isUploadRow(row: unknown): row is UploadRow {
  return typeof row === "object" && row !== null && "seal" in row;
}
