import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { inputProblem, LIMITS } from "@healthbridge/schema";
import type { Context } from "hono";
import type * as z from "zod/mini";
import { faultIn, parseJson } from "./json-guard.ts";
import { HttpProblem, httpProblem } from "./problem.ts";

const unpack = promisify(gunzip);

/** Reads a request's body as JSON; see `ReadJson`. */
export async function readJson(c: Context, name = ""): Promise<unknown> {
  const value = await readUncheckedJson(c);
  const fault = faultIn(value, name);
  if (fault !== undefined) throw httpProblem("malformed", fault.path, fault.detail);
  return value;
}

/** As {@link readJson}, but text, numbers and keys are still to be checked with `faultIn`. */
export async function readUncheckedJson(c: Context): Promise<unknown> {
  const encoding = checkHeaders(c);
  const sent = await collect(c, mostSent(encoding));
  const bytes = encoding === "gzip" ? await unzip(sent) : sent;
  if (bytes.length > LIMITS.bodyBytes) throw httpProblem("too_large");
  return parseJson(decode(bytes));
}

/**
 * Checks what was read against a schema.
 *
 * @throws HttpProblem with every field at fault
 */
export function parseRequest<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpProblem(withoutRoot(inputProblem(parsed.error.issues, "")));
}

/** Paths begin at the body, without a name for it. */
function withoutRoot(problem: HttpProblem["problem"]): HttpProblem["problem"] {
  const trim = (path: string): string => path.replace(/^\./, "");
  return {
    ...problem,
    ...(problem.path === undefined ? {} : { path: trim(problem.path) }),
    ...(problem.reasons === undefined
      ? {}
      : {
          reasons: problem.reasons.map((reason) =>
            reason.path === undefined ? reason : { ...reason, path: trim(reason.path) },
          ),
        }),
  };
}

type Encoding = "gzip" | "identity";

/** Before a byte is read: what is not ours is not read. A form's `text/plain` never gets here, so no page can post one unasked. */
function checkHeaders(c: Context): Encoding {
  const encoding = (c.req.header("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding !== "gzip" && encoding !== "identity") {
    throw new HttpProblem(
      { code: "unsupported_media", path: "content-encoding" },
      { headers: { "accept-encoding": "gzip" } },
    );
  }
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type.trim())) {
    throw new HttpProblem(
      { code: "unsupported_media", path: "content-type" },
      { headers: { accept: "application/json" } },
    );
  }
  const declared = Number(c.req.header("content-length") ?? 0);
  if (declared > mostSent(encoding)) throw httpProblem("too_large");
  return encoding;
}

/** A plain body may be as large as an unpacked one; what is packed has no reason to be. */
function mostSent(encoding: Encoding): number {
  return encoding === "gzip" ? LIMITS.bodyBytesAsSent : LIMITS.bodyBytes;
}

async function collect(c: Context, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of chunksOf(c)) {
      size += chunk.length;
      // Not read to its end: the answer goes out now, and the adapter closes the connection.
      if (size > most) throw httpProblem("too_large");
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem({ code: "malformed", detail: "the body was cut off" }, { cause: error });
  }
  return Buffer.concat(chunks, size);
}

/** Node's own stream where there is one: a web stream around it costs as much as all the rest of a small request. */
function chunksOf(c: Context): AsyncIterable<Uint8Array> | readonly Uint8Array[] {
  const env: unknown = c.env;
  const incoming: unknown =
    typeof env === "object" && env !== null && "incoming" in env ? env.incoming : undefined;
  if (isNodeStream(incoming)) return incoming.iterator({ destroyOnReturn: false });
  return c.req.raw.body ?? [];
}

function isNodeStream(
  value: unknown,
): value is { iterator(options: { destroyOnReturn: boolean }): AsyncIterable<Uint8Array> } {
  return (
    typeof value === "object" && value !== null && "iterator" in value && typeof value.iterator === "function"
  );
}

async function unzip(sent: Buffer): Promise<Buffer> {
  try {
    // Stops as soon as the output passes the limit, however little was sent.
    return await unpack(sent, { maxOutputLength: LIMITS.bodyBytes });
  } catch (error) {
    const tooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw tooLarge ? httpProblem("too_large") : httpProblem("malformed", undefined, "not a whole gzip");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw httpProblem("malformed", undefined, "not UTF-8");
  }
}
