import { createHash, randomBytes } from "node:crypto";

const bytes = (...parts: readonly (string | readonly number[] | Uint8Array)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))),
  );

/** A file that begins as one of its type does; what follows is chance, so that no two are alike. */
export const FILES = {
  "image/jpeg": (size = 2_000) => filled(size, [0xff, 0xd8, 0xff, 0xe0, 0, 16], "JFIF\0"),
  "image/png": (size = 2_000) => filled(size, "\u0089PNG\r\n\u001A\n", [0, 0, 0, 13], "IHDR"),
  "image/webp": (size = 2_000) => filled(size, "RIFF", [0xc8, 7, 0, 0], "WEBPVP8 "),
  "audio/ogg": (size = 2_000) => filled(size, "OggS", new Uint8Array(22), [1, 19], "OpusHead"),
  "audio/mp4": (size = 2_000) => filled(size, [0, 0, 0, 24], "ftypM4A "),
  "audio/aac": (size = 2_000) => filled(size, [0xff, 0xf1, 0x50, 0x80]),
  "audio/webm": (size = 2_000) =>
    filled(size, [0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81, 1, 0x42, 0x82, 0x84], "webm"),
} as const;

function filled(size: number, ...first: readonly (string | readonly number[] | Uint8Array)[]): Buffer {
  const head = bytes(...first);
  return Buffer.concat([head, randomBytes(Math.max(0, size - head.length))]);
}

/** A small picture. */
export const thumbnail = (size = 900): Buffer => FILES["image/jpeg"](size);

/** A page that calls itself a photo. */
export const page = (size = 2_000): Buffer =>
  Buffer.concat([Buffer.from("<!doctype html><script>alert(1)</script>"), randomBytes(size)]);

/** What an upload says of itself, and the id that follows from it. */
export function sealed(
  conversation: string,
  facts: { readonly kind: string; readonly type: string } & Readonly<Record<string, string>>,
): { readonly id: string; readonly metadata: Readonly<Record<string, string>> } {
  const seal = randomBytes(16);
  const stream = createHash("sha256").update(seal).digest().subarray(0, 12).toString("base64url");
  const id = `${stream}.1`;
  return { id, metadata: { id, seal: seal.toString("base64url"), conversation, ...facts } };
}

/** `Upload-Metadata` as tus writes it. */
export function metadataText(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`)
    .join(",");
}

export const digestOf = (content: Uint8Array): string =>
  createHash("sha256").update(content).digest("base64url");
