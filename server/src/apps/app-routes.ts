import { type Context, Hono } from "hono";
import { acceptsCoding } from "../http/compress.ts";
import type { RequestEnv } from "../http/context.ts";
import { problemResponse } from "../http/problem.ts";
import type { AppFile, AppFiles, Coding } from "./app-files.ts";

/**
 * What a page of an app may do: its own scripts and styles, nothing inline, nothing from elsewhere; pictures that were made on the device (`blob:`); calls and sockets to this server alone;
 * nobody's frame.
 */
export const APP_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What the page and its worker run under. On the scripts, styles and pictures they are made of it is half a kilobyte that nobody reads. */
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": APP_POLICY,
  "cross-origin-opener-policy": "same-origin",
  // Calls need the first two, doctors nearby the third. Nothing else is anybody's business.
  "permissions-policy":
    "microphone=(self), camera=(self), geolocation=(self), payment=(), usb=(), serial=(), hid=(), midi=()",
};
const A_YEAR = "public, max-age=31536000, immutable";
/** Asked for each time; the answer is nearly always 304. */
const ASK_AGAIN = "no-cache";

/** Addresses of an app's own screens. What could be a way out of it is none. */
const SCREEN = /^(?!assets\/)(?!.*(?:^|\/)\.)[\w\-./~:@]*$/;

/** `GET /<name>/…`: an app's files, and its page for the addresses of its screens. */
export function appRoutes(name: string, files: AppFiles): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  app.get(`/${name}`, (c) => c.redirect(`/${name}/`, 308));
  app.get(`/${name}/*`, (c) => {
    const path = c.req.path.slice(name.length + 2);
    const file = files.get(path === "" ? "index.html" : path) ?? screenAt(c, path, files);
    return file === undefined ? problemResponse(c, { code: "not_found" }) : answer(c, file);
  });
  return app;
}

/** Somebody goes to a screen of the app by its address. */
function screenAt(c: Context, path: string, files: AppFiles): AppFile | undefined {
  const isPage = (c.req.header("accept") ?? "").includes("text/html");
  return isPage && SCREEN.test(path) ? files.get("index.html") : undefined;
}

function answer(c: Context, { type, etag, isImmutable, body, packed }: AppFile): Response {
  const headers: Record<string, string> = {
    ...(isImmutable ? {} : PAGE_HEADERS),
    "cross-origin-resource-policy": "same-origin",
    "cache-control": isImmutable ? A_YEAR : ASK_AGAIN,
    "content-type": type,
    etag,
    vary: "accept-encoding",
  };
  if (hasSame(c.req.header("if-none-match"), etag)) return c.body(null, 304, headers);
  const coding = codingFor(c.req.header("accept-encoding"), packed);
  if (coding === undefined) return c.body(body, 200, headers);
  return c.body(packed[coding] ?? body, 200, { ...headers, "content-encoding": coding });
}

function codingFor(header: string | undefined, packed: AppFile["packed"]): Coding | undefined {
  const codings: readonly Coding[] = ["br", "gzip"];
  return codings.find((coding) => packed[coding] !== undefined && acceptsCoding(header, coding));
}

function hasSame(header: string | undefined, etag: string): boolean {
  const known = (header ?? "").split(",").map((each) => each.trim());
  return known.includes(etag) || known.includes(etag.slice(2));
}
