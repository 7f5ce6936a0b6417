import {
  type Actor,
  ATTACHMENT_LIMITS,
  AttachmentMetadata,
  contentTypeOf,
  encodeBase64Url,
  type EntityId,
  fitsKind,
  participation,
  TELLING_BYTES,
} from "@healthbridge/schema";
import { fromBase64 } from "../../base64.ts";
import type { Attachment } from "./data.ts";
import { parse } from "./http.ts";
import type { Parts } from "./parts.ts";
import { Refused, refused } from "./refused.ts";
import type { Asking } from "./sessions.ts";

const VERSION = "1.0.0";
const PATH = /^\/v1\/attachments(?:\/([^/]+)(\/thumbnail)?)?$/;
const SEAL_BYTES = 12;
/** Where an upload says to which conversation it belongs. */
const CONVERSATION = "upload-metadata.conversation";

/** Whether a request is about attachments. */
export function isAboutAttachments(path: string): boolean {
  return PATH.test(path);
}

/**
 * Uploads that go on where a line broke, and what came of them, as the real server's: who may, what it is by its first bytes, how large. Nothing is cleared away, and nothing counts against a day.
 * @throws Refused
 */
export async function serveAttachments(parts: Parts, request: Request, asking: Asking): Promise<Response> {
  const [, id, thumbnail] = PATH.exec(new URL(request.url).pathname) ?? [];
  const { method } = request;
  if (id === undefined) {
    if (method !== "POST") throw refused("method_not_allowed");
    return begin(parts, request, asking);
  }
  if (method === "GET") return file(parts, request, asking, id, thumbnail !== undefined);
  const upload = parts.data.attachments.get(id);
  if (upload?.account !== asking.account) throw refused("not_found");
  if (method === "HEAD") return told(200, upload, { "upload-length": String(upload.length) });
  if (method === "PATCH") return append(parts, id, upload, request);
  if (method !== "DELETE") throw refused("method_not_allowed");
  if (upload.whole) throw refused("conflict");
  parts.data.attachments.delete(id);
  return told(204, undefined);
}

async function begin(parts: Parts, request: Request, asking: Asking): Promise<Response> {
  const metadata = parse(AttachmentMetadata, metadataIn(request.headers.get("upload-metadata")));
  const { id, seal, conversation, kind, type, thumbnail = "0" } = metadata;
  if (!(await opens(seal, id))) throw refused("malformed", "upload-metadata.seal");
  const length = Number(request.headers.get("upload-length"));
  const size = length - Number(thumbnail);
  if (!(size > 0)) throw refused("malformed", "upload-length");
  if (size > ATTACHMENT_LIMITS[`${kind}Bytes`]) throw refused("too_large", "upload-length");
  mayWrite(parts, conversation, asking);
  const known = parts.data.attachments.get(id);
  if (known && (known.account !== asking.account || known.length !== length)) throw refused("key_reused");
  const upload = known ?? {
    account: asking.account,
    conversation,
    kind,
    type,
    length,
    thumbnailSize: Number(thumbnail),
    content: new Uint8Array(),
    whole: false,
  };
  parts.data.attachments.set(id, upload);
  const body = new Uint8Array(await request.arrayBuffer());
  if (upload.content.length > 0 && body.length > 0) throw refused("conflict", "upload-offset");
  take(parts, id, upload, body);
  return told(201, upload);
}

async function append(parts: Parts, id: EntityId, upload: Attachment, request: Request): Promise<Response> {
  if (Number(request.headers.get("upload-offset")) !== upload.content.length)
    throw refused("conflict", "upload-offset");
  take(parts, id, upload, new Uint8Array(await request.arrayBuffer()));
  return told(204, upload);
}

function take(parts: Parts, id: EntityId, upload: Attachment, body: Uint8Array<ArrayBuffer>): void {
  const { content, length, thumbnailSize, kind, type, whole } = upload;
  if (content.length + body.length > length) throw refused("too_large");
  const joined = new Uint8Array(content.length + body.length);
  joined.set(content);
  joined.set(body, content.length);
  upload.content = joined;
  const first = joined.subarray(thumbnailSize, thumbnailSize + TELLING_BYTES);
  const tells = joined.length >= Math.min(length, thumbnailSize + TELLING_BYTES);
  const found = contentTypeOf(first);
  if (tells && (found !== type || !fitsKind(kind, found))) throw refused("attachment_unfit");
  upload.whole = joined.length === length;
  if (upload.whole && !whole) tellArrived(parts, id, upload, "file");
  else if (content.length < thumbnailSize && joined.length >= thumbnailSize)
    tellArrived(parts, id, upload, "thumbnail");
}

/** Those who take part hear of it by the message that names it. */
function tellArrived(parts: Parts, id: EntityId, upload: Attachment, what: "thumbnail" | "file"): void {
  const naming = namingMessage(parts, id, upload);
  if (naming !== undefined)
    parts.operations.submitOne("system", "attachment.arrive", { message: naming.id, attachment: id, what });
}

/** The message by which the others see it: one of its sender's own. */
function namingMessage({ world }: Parts, id: EntityId, { account, conversation }: Attachment) {
  return world
    .list("message")
    .find(
      (each) =>
        each.conversation === conversation &&
        each.account === account &&
        each.attachments?.includes(id) === true,
    );
}

function file(parts: Parts, request: Request, asking: Asking, id: EntityId, thumbnail: boolean): Response {
  const upload = parts.data.attachments.get(id);
  if (upload === undefined) throw refused("not_found");
  const found = participation(parts.world, upload.conversation, actorOf(parts, asking));
  if ("status" in found || found.by === undefined) throw refused("not_found");
  if (upload.account !== asking.account && namingMessage(parts, id, upload) === undefined)
    throw refused("not_found");
  const { content, thumbnailSize, whole, length } = upload;
  const there = thumbnail ? thumbnailSize > 0 && content.length >= thumbnailSize : whole;
  if (!there) throw refused("not_found");
  const bytes = thumbnail ? content.slice(0, thumbnailSize) : content.slice(thumbnailSize, length);
  const headers = new Headers({ "tus-resumable": VERSION, etag: `"${id}"` });
  headers.set("content-type", (thumbnail ? contentTypeOf(bytes) : undefined) ?? upload.type);
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "") ?? [];
  if (start === undefined) return new Response(bytes, { headers });
  headers.set("content-range", `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
  return new Response(bytes.slice(Number(start)), { status: 206, headers });
}

function mayWrite(parts: Parts, conversation: EntityId, asking: Asking): void {
  const found = participation(parts.world, conversation, actorOf(parts, asking));
  if ("status" in found || found.by === undefined) throw refused("not_found", CONVERSATION);
  if (found.conversation.closed === true) throw refused("forbidden", CONVERSATION);
}

function actorOf({ world }: Parts, { account: id }: Asking): Actor | undefined {
  const account = world.get("account", id);
  return (
    account && { account: account.id, role: account.role, clinics: account.clinics, doctor: account.doctor }
  );
}

function told(
  status: number,
  upload: Attachment | undefined,
  more: Readonly<Record<string, string>> = {},
): Response {
  const offset = upload === undefined ? {} : { "upload-offset": String(upload.content.length) };
  return new Response(null, { status, headers: { "tus-resumable": VERSION, ...offset, ...more } });
}

/** A problem as the routes of attachments tell it. */
export function withVersion(answer: Response): Response {
  answer.headers.set("tus-resumable", VERSION);
  return answer;
}

function metadataIn(header: string | null): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(
      (header ?? "").split(",").map((pair) => {
        const [name = "", value = ""] = pair.split(" ");
        return [name, new TextDecoder().decode(fromBase64(value))];
      }),
    );
  } catch {
    throw new Refused({ code: "malformed", path: "upload-metadata" });
  }
}

async function opens(seal: string, id: EntityId): Promise<boolean> {
  const bytes = fromBase64(seal.replaceAll("-", "+").replaceAll("_", "/"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return id === `${encodeBase64Url(digest.subarray(0, SEAL_BYTES))}.1`;
}
