import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

/** One file of an app, as it is sent. */
export interface AppFile {
  readonly type: string;
  readonly etag: string;
  /** its address changes with its content */
  readonly isImmutable: boolean;
  readonly body: Bytes;
  /** as the build packed it */
  readonly packed: Readonly<Partial<Record<Coding, Bytes>>>;
}

export type Coding = "br" | "gzip";
type Bytes = Uint8Array<ArrayBuffer>;

/** The files of an app by their path below it, as `assets/main-Bx3k.js`. Whatever is not in here is not served, however it is asked for. */
export type AppFiles = ReadonlyMap<string, AppFile>;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".webmanifest": "application/manifest+json",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};
const CODINGS: ReadonlyArray<readonly [coding: Coding, ending: string]> = [
  ["br", ".br"],
  ["gzip", ".gz"],
];
/** The build names what is in here by its content. */
const HASHED = "assets/";

/** Reads an app's folder. It is a few hundred kB, and the same until the next build: so no request ever reaches the disk. */
export async function readAppFiles(folder: string): Promise<AppFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
  const present = new Set(paths);
  const files = new Map<string, AppFile>();
  for (const path of paths) {
    const type = TYPES[extname(path)];
    if (type === undefined || /(^|\/)\./.test(path)) continue;
    const body = new Uint8Array(await readFile(join(folder, path)));
    const packed: Partial<Record<Coding, Bytes>> = {};
    for (const [coding, ending] of CODINGS)
      if (present.has(path + ending))
        packed[coding] = new Uint8Array(await readFile(join(folder, path + ending)));
    const digest = createHash("sha256").update(body).digest("base64url").slice(0, 22);
    // Weak: the same for every way it is packed.
    files.set(path, { type, etag: `W/"${digest}"`, isImmutable: path.startsWith(HASHED), body, packed });
  }
  return files;
}
