import {
  contentTypeOf,
  fitsKind,
  fitsThumbnail,
  type ProblemCode,
  TELLING_BYTES,
} from "@healthbridge/schema";
import { createHash } from "node:crypto";
import { type AttachmentRow, type AttachmentRows, THUMBNAIL_UNTOLD, wholeSize } from "./attachment-rows.ts";
import { type AttachmentStorage, fileKey, thumbnailKey } from "./storage.ts";
import type { AttachmentEvents } from "./events.ts";

/** What checking needs. */
export interface ArrivalParts {
  readonly rows: AttachmentRows;
  readonly storage: AttachmentStorage;
  readonly events: AttachmentEvents;
  /** there is something to tell those who take part */
  readonly onArrived: () => void;
}

/** What was checked, in the order of the bytes. */
const THUMBNAIL_CHECKED = 1;
const FILE_CHECKED = 2;

/**
 * Checks what has arrived as soon as it can be: the thumbnail when it is whole, what the file is by its first bytes (so that nobody sends five megabytes for nothing), all of it when nothing is
 * missing. Only then is it kept, and only what is kept is shown to anybody. Every step may be done again, here or in another process: what a crash left is finished by whoever asks next.
 *
 * @returns the row as it is now: still arriving, ready or refused
 */
export async function checkArrival(parts: ArrivalParts, row: AttachmentRow): Promise<AttachmentRow> {
  if (row.status !== "arriving") return row;
  let now = row;
  const { received, thumbnailSize, size } = row;
  if (now.checked < THUMBNAIL_CHECKED && received >= thumbnailSize) now = await checkThumbnail(parts, now);
  if (now.status !== "arriving") return now;
  const telling = thumbnailSize + Math.min(TELLING_BYTES, size);
  if (now.checked === THUMBNAIL_CHECKED && received >= telling) now = await checkFirstBytes(parts, now);
  if (now.status !== "arriving") return now;
  if (now.checked === FILE_CHECKED && received === wholeSize(now)) now = await finish(parts, now);
  return now;
}

async function checkThumbnail(parts: ArrivalParts, row: AttachmentRow): Promise<AttachmentRow> {
  const { rows, storage } = parts;
  const content = (await rows.firstBytes(row.id, row.thumbnailSize)).subarray(0, row.thumbnailSize);
  if (!fitsThumbnail(contentTypeOf(content))) return refuse(parts, row, "attachment_unfit");
  await storage.put(thumbnailKey(row), content);
  const now = await rows.markChecked(row, THUMBNAIL_CHECKED, THUMBNAIL_UNTOLD);
  // It was cleared away meanwhile: what was just kept belongs to nothing.
  if (now.status === "going") await storage.remove(thumbnailKey(row));
  else parts.onArrived();
  return now;
}

async function checkFirstBytes(parts: ArrivalParts, row: AttachmentRow): Promise<AttachmentRow> {
  const { id, thumbnailSize, kind, type } = row;
  const arrived = await parts.rows.firstBytes(id, thumbnailSize + TELLING_BYTES);
  const found = contentTypeOf(arrived.subarray(thumbnailSize));
  const fits = found === type && (kind === "photo" || kind === "voice") && fitsKind(kind, found);
  return fits ? parts.rows.markChecked(row, FILE_CHECKED) : refuse(parts, row, "attachment_unfit");
}

async function finish(parts: ArrivalParts, row: AttachmentRow): Promise<AttachmentRow> {
  const { rows, storage, events, onArrived } = parts;
  const arrived = await rows.firstBytes(row.id, wholeSize(row));
  if (arrived.length !== wholeSize(row)) throw new Error("an upload has holes");
  const file = arrived.subarray(row.thumbnailSize);
  const digest = createHash("sha256").update(file).digest("base64url");
  if (row.digest !== null && row.digest !== digest) return refuse(parts, row, "attachment_unfit");
  await storage.put(fileKey(row), file);
  const now = await rows.markReady(row, digest);
  // It was cleared away meanwhile: what was just kept belongs to nothing.
  if (now.status !== "ready") await storage.remove(fileKey(row));
  else {
    events.onAttachment({ kind: row.kind, what: "ready" });
    onArrived();
  }
  return now;
}

async function refuse(parts: ArrivalParts, row: AttachmentRow, why: ProblemCode): Promise<AttachmentRow> {
  const now = await parts.rows.markRefused(row, why);
  // Another process has finished it meanwhile: what had arrived in parts was no longer there to be looked at.
  if (now.status === "ready") return now;
  await parts.storage.remove(thumbnailKey(row));
  parts.events.onAttachment({ kind: row.kind, what: "refused" });
  return now;
}
