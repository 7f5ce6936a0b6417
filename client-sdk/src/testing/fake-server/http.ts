import { inputProblem, LIMITS, type Problem, problemDetails } from "@healthbridge/schema";
import { Refused, refused } from "./refused.ts";

/** What reads a value of a shape: any schema of zod. */
interface Shape<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: Parameters<typeof inputProblem>[0] } };
}

/**
 * Reads a request's body as JSON, unpacked where it was packed.
 * @throws Refused `unsupported_media`, `too_large`, `malformed`
 */
export async function readJson(request: Request): Promise<unknown> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") throw refused("unsupported_media", "content-encoding");
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw refused("unsupported_media", "content-type");
  const sent = await request.arrayBuffer();
  const packed = encoding === "gzip";
  if (sent.byteLength > (packed ? LIMITS.bodyBytesAsSent : LIMITS.bodyBytes)) throw refused("too_large");
  const bytes = packed ? await unpacked(sent) : sent;
  if (bytes.byteLength > LIMITS.bodyBytes) throw refused("too_large");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refused("malformed");
  }
}

async function unpacked(sent: ArrayBuffer): Promise<ArrayBuffer> {
  try {
    const stream = new Blob([sent]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await new Response(stream).arrayBuffer();
  } catch {
    throw new Refused({ code: "malformed", detail: "not a whole gzip" });
  }
}

/**
 * Checks what was read against a schema.
 * @throws Refused with every field at fault
 */
export function parse<T>(shape: Shape<T>, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, reasons = [], ...rest } = inputProblem(parsed.error.issues, "");
  throw new Refused({
    ...rest,
    ...fromBody({ path }),
    reasons: reasons.map((each) => ({ ...each, ...fromBody(each) })),
  });
}

/** Paths begin at the body, without a name for it. */
function fromBody({ path }: { readonly path?: string | undefined }): { readonly path?: string } {
  return path === undefined ? {} : { path: path.replace(/^\./, "") };
}

export function json(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

/** Newline-delimited JSON. */
export function lines(all: readonly object[]): Response {
  const text = all.map((line) => `${JSON.stringify(line)}\n`).join("");
  return new Response(text, { headers: { "content-type": "application/x-ndjson" } });
}

/** RFC 9457. @param retryAfter seconds */
export function problem(what: Problem, retryAfter?: number): Response {
  const details = problemDetails(what);
  return new Response(JSON.stringify(details), {
    status: details.status,
    headers: {
      "content-type": "application/problem+json",
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    },
  });
}
