import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { MiddlewareHandler } from "hono";
import type { RequestEnv } from "./context.ts";

const pack = promisify(gzip);

/** Below this a gzip is hardly smaller than what it packs. */
const LEAST_BYTES = 300;
const PACKED_TYPES =
  /^(application\/(json|problem\+json|javascript)|text\/(html|css|javascript|plain|calendar))\s*(;|$)/;

/** Answers with tokens in them stay as they are: their length must say nothing about what stands beside the token. */
const NEVER = /^\/v1\/sessions(\/|$)/;

/** Packs answers that are worth it. Answers in lines pack themselves, page by page. */
export function compress(): MiddlewareHandler<RequestEnv> {
  return async function packAnswer(c, next) {
    await next();
    const type = c.res.headers.get("content-type") ?? "";
    if (c.req.method === "HEAD" || c.res.body === null) return;
    if (!PACKED_TYPES.test(type) || c.res.headers.has("content-encoding")) return;
    if (NEVER.test(c.req.path) || !acceptsGzip(c.req.header("accept-encoding"))) return;
    const { status, headers } = c.res;
    const body = new Uint8Array(await c.res.arrayBuffer());
    const worth = body.length >= LEAST_BYTES;
    const answer = new Response(worth ? await pack(body) : body, { status, headers });
    if (worth) answer.headers.set("content-encoding", "gzip");
    answer.headers.delete("content-length");
    // Without this Hono would copy the old headers over and turn the body into a stream.
    c.res = undefined;
    c.res = answer;
  };
}

/** Whether a client takes gzip: named, and not with weight 0. */
export function acceptsGzip(header: string | undefined): boolean {
  return acceptsCoding(header, "gzip");
}

/** Whether a client takes a coding: named, by itself or as `*`, and not with weight 0. */
export function acceptsCoding(header: string | undefined, wanted: "gzip" | "br"): boolean {
  return (header ?? "")
    .toLowerCase()
    .split(",")
    .some((part) => {
      // Taken apart first: one pattern over all of it takes quadratic time for 8 kB of spaces.
      const [coding, weight = "q=1", ...more] = part.split(";").map((word) => word.trim());
      return (coding === wanted || coding === "*") && more.length === 0 && isWeight(weight);
    });
}

function isWeight(text: string): boolean {
  const [, weight] = /^q\s*=\s*([01](?:\.\d{0,3})?)$/.exec(text) ?? [];
  return weight !== undefined && Number(weight) > 0 && Number(weight) <= 1;
}
