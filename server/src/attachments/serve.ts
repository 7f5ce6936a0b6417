import { contentTypeOf, type EntityId } from "@healthbridge/schema";
import type { Authenticated } from "../accounts/authenticated.ts";
import { httpProblem } from "../http/problem.ts";
import type { ConversationAccess } from "./conversation-access.ts";
import type { AttachmentRow, AttachmentRows } from "./attachment-rows.ts";
import { rangeOf } from "./byte-range.ts";
import type { AttachmentEvents } from "./events.ts";
import type { Named } from "./named-attachments.ts";
import { type AttachmentStorage, fileKey, thumbnailKey } from "./storage.ts";

export interface ServeParts {
  readonly rows: AttachmentRows;
  readonly storage: AttachmentStorage;
  readonly access: ConversationAccess;
  readonly events: AttachmentEvents;
  readonly named: Named;
}

/** The thumbnail was checked and is kept. */
const THUMBNAIL_CHECKED = 1;

/**
 * What every file goes out with. It came from somebody's phone: it is shown as the type that was found in it and as nothing else, runs nothing, and is kept by nobody between. Who has it asks
 * whether she still may see it, and gets 304.
 */
const HEADERS: Readonly<Record<string, string>> = {
  "accept-ranges": "bytes",
  "cache-control": "private, no-cache",
  "content-security-policy": "default-src 'none';sandbox;frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  vary: "authorization",
  "x-content-type-options": "nosniff",
};

const ENDINGS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "audio/ogg": "ogg",
  "audio/mp4": "m4a",
  "audio/aac": "aac",
  "audio/webm": "weba",
};

/** `GET /v1/attachments/:attachment`: the file, or a stretch of it. */
export async function serveFile(
  request: Request,
  who: Authenticated,
  id: EntityId,
  parts: ServeParts,
): Promise<Response> {
  const row = await visible(who, id, parts);
  if (row.status !== "ready" || row.digest === null) throw httpProblem("not_found");
  const { size, type, digest } = row;
  const etag = `"${digest}"`;
  const headers = new Headers({ ...HEADERS, etag, ...naming(row.kind, type) });
  if (knows(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  const range = rangeOf(wantedRange(request, etag), size);
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${String(size)}`);
    return new Response(null, { status: 416, headers });
  }
  const stretch = range === "whole" ? undefined : range;
  const content = await parts.storage.read(fileKey(row), stretch);
  if (content === undefined) throw httpProblem("not_found");
  const count = stretch === undefined ? size : stretch.end - stretch.start + 1;
  headers.set("content-length", String(count));
  if (stretch !== undefined)
    headers.set("content-range", `bytes ${stretch.start}-${stretch.end}/${String(size)}`);
  if (request.method === "HEAD") {
    await content.cancel();
    return new Response(null, { headers });
  }
  parts.events.onBytes("out", count);
  return new Response(content, { status: stretch === undefined ? 200 : 206, headers });
}

/** `GET /v1/attachments/:attachment/thumbnail`: there as soon as it has arrived, long before the photo. */
export async function serveThumbnail(
  request: Request,
  who: Authenticated,
  id: EntityId,
  parts: ServeParts,
): Promise<Response> {
  const row = await visible(who, id, parts);
  const kept = row.thumbnailSize > 0 && row.checked >= THUMBNAIL_CHECKED && row.status !== "refused";
  const stream = kept ? await parts.storage.read(thumbnailKey(row)) : undefined;
  if (stream === undefined) throw httpProblem("not_found");
  const content = new Uint8Array(await new Response(stream).arrayBuffer());
  const etag = `"${row.id}"`;
  const headers = new Headers({ ...HEADERS, etag, ...naming("thumbnail", contentTypeOf(content) ?? "") });
  if (knows(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  headers.set("content-length", String(content.length));
  parts.events.onBytes("out", content.length);
  return new Response(request.method === "HEAD" ? null : content, { headers });
}

/**
 * The row behind an id, for who takes part in its conversation: what a message of its sender's names, and one's own. A message that was withdrawn names nothing any more.
 *
 * @throws HttpProblem `not_found`, the same for what is not there and for what she may not see
 */
async function visible(who: Authenticated, id: EntityId, parts: ServeParts): Promise<AttachmentRow> {
  const row = await parts.rows.find(id);
  if (row === undefined || row.tenantId !== who.tenant) throw httpProblem("not_found");
  if ((await parts.access.of(who, row.conversationId)) === undefined) throw httpProblem("not_found");
  if (row.accountId !== who.account && !(await parts.named([row])).has(id)) throw httpProblem("not_found");
  return row;
}

function naming(kind: string, type: string): Readonly<Record<string, string>> {
  const ending = ENDINGS[type];
  if (ending === undefined) throw httpProblem("not_found");
  return { "content-type": type, "content-disposition": `attachment; filename="${kind}.${ending}"` };
}

/** What is asked for of the version that is there (RFC 9110, 13.1.5). */
function wantedRange(request: Request, etag: string): string | undefined {
  const unless = request.headers.get("if-range");
  return unless !== null && unless !== etag ? undefined : (request.headers.get("range") ?? undefined);
}

function knows(header: string | null, etag: string): boolean {
  return (header ?? "").split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
