import type { AttachmentRow, AttachmentRows } from "./attachment-rows.ts";
import { type AttachmentStorage, fileKey, thumbnailKey } from "./storage.ts";

/**
 * Removes an attachment and its files: hidden first, then the files, then the row, so that a crash between leaves a row by which the next run finds what is left.
 *
 * @returns false where it is not any more what the caller saw, and stays
 */
export async function removeAttachment(
  { rows, storage }: { readonly rows: AttachmentRows; readonly storage: AttachmentStorage },
  row: AttachmentRow,
): Promise<boolean> {
  if (!(await rows.markGoing(row))) return false;
  await storage.remove(thumbnailKey(row));
  await storage.remove(fileKey(row));
  await rows.forget(row);
  return true;
}
