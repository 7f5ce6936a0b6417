import { brotliDecompressSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import type { Message } from "./http-wire.ts";

/** What somebody else between client and server answers in the server's place. */
export type ForeignAnswer =
  | { readonly kind: "captive-portal"; readonly form: "page" | "redirect" | "511" }
  | { readonly kind: "bad-gateway"; readonly status: 502 | 504 }
  | { readonly kind: "busy"; readonly status: 429 | 503; readonly retryAfter: string };

/** How an answer arrives whole as HTTP, and is rubbish all the same. */
export type GarbageForm =
  /** gzip that ends in the middle, under a content-length that fits */
  | "truncated-gzip"
  /** says gzip, is plain */
  | "wrong-encoding"
  /** the first half of the text, under a content-length that fits */
  | "half";

/** Where a captive portal sends its redirects: a request to it is one that followed. */
export const PORTAL_PATH = "/captive-portal/login";

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  302: "Found",
  429: "Too Many Requests",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  511: "Network Authentication Required",
};

export function foreignAnswer(fault: ForeignAnswer, portalUrl: string): Buffer {
  if (fault.kind === "bad-gateway")
    return page(fault.status, `${String(fault.status)} ${REASONS[fault.status] ?? ""}<hr>proxy`);
  if (fault.kind === "busy")
    return page(fault.status, "Try again later.", [`retry-after: ${fault.retryAfter}`]);
  const text = `Welcome to FreeWiFi. <a href="${portalUrl}">Sign in</a> to use the network.`;
  if (fault.form === "redirect") return page(302, text, [`location: ${portalUrl}`]);
  return page(fault.form === "511" ? 511 : 200, text);
}

function page(status: number, text: string, headers: readonly string[] = []): Buffer {
  const body = `<!DOCTYPE html><html><head><title>${String(status)}</title></head><body>${text}</body></html>\n`;
  const lines = [
    `HTTP/1.1 ${String(status)} ${REASONS[status] ?? ""}`,
    `date: ${new Date().toUTCString()}`,
    "content-type: text/html; charset=utf-8",
    `content-length: ${String(Buffer.byteLength(body))}`,
    ...headers,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

/** The same answer with its body spoilt. */
export function spoil(answer: Message, form: GarbageForm): Buffer {
  const plain = unpack(answer);
  if (form === "half") return rebuilt(answer, plain.subarray(0, Math.floor(plain.length / 2)), undefined);
  if (form === "wrong-encoding") return rebuilt(answer, plain, "gzip");
  const packed = gzipSync(plain);
  return rebuilt(answer, packed.subarray(0, Math.floor(packed.length / 2)), "gzip");
}

function unpack({ head, body }: Message): Buffer {
  const encoding = head.headers.get("content-encoding");
  if (encoding === "gzip") return gunzipSync(body);
  if (encoding === "br") return brotliDecompressSync(body);
  return encoding === "deflate" ? inflateSync(body) : body;
}

const REPLACED = /^(?:content-length|content-encoding|transfer-encoding):/i;

function rebuilt({ head }: Message, body: Buffer, encoding: string | undefined): Buffer {
  const kept = head.raw.toString("latin1").trimEnd().split("\r\n");
  const lines = kept.filter((line) => !REPLACED.test(line));
  lines.push(`content-length: ${String(body.length)}`);
  if (encoding !== undefined) lines.push(`content-encoding: ${encoding}`);
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}
