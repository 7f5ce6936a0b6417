/**
 * What a request is for:
 * - `sync`: bookings, messages, what is new
 * - `files`: photos and voice notes
 * - `documents`: shared notes and forms
 * - `live`: a socket, over which what is new comes by itself
 * - `other`: signing in, what was asked for online
 */
export type DataKind = "sync" | "files" | "documents" | "live" | "other";

/** Heads of a request and of its answer, about: no browser says how long they were. */
export const HEADS_BYTES = 400;

/** What a request to our server is for, by its address. */
export function kindOf(url: string): DataKind {
  const [, area = ""] = /\/v1\/(\w+)/.exec(url) ?? [];
  if (area === "sync") return "sync";
  if (area === "attachments") return "files";
  if (area === "realtime") return "live";
  return area === "documents" ? "documents" : "other";
}

/** Bytes of a request's body. */
export function bodyBytes({ body }: RequestInit): number {
  if (typeof body === "string") return new TextEncoder().encode(body).length;
  if (body instanceof Blob) return body.size;
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? body.byteLength : 0;
}

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * The same answer, with its bytes counted as they are read. A browser hands a body over unpacked, so they are rather too many than too few; where the answer says how long it was on the
 * line, that counts.
 */
export function counted(response: Response, count: (bytes: number) => void): Response {
  const { body, headers, status, statusText } = response;
  // Chromium gives a body even to an answer that may have none, and refuses to make such a one.
  if (body === null || WITHOUT_BODY.has(status) || typeof TransformStream === "undefined") {
    count(Number(headers.get("content-length") ?? 0) || 0);
    return response;
  }
  const told = headers.has("content-encoding")
    ? Number(headers.get("content-length") ?? Number.NaN)
    : Number.NaN;
  if (Number.isFinite(told)) {
    count(told);
    return response;
  }
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      count(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  return new Response(body.pipeThrough(counter), { headers, status, statusText });
}
