/** What an attachment can be, by its kind. */
const TYPES_OF = {
  photo: ["image/jpeg", "image/png", "image/webp"],
  voice: ["audio/ogg", "audio/mp4", "audio/aac", "audio/webm"],
} as const;

/** Every type an attachment can have. */
export const CONTENT_TYPES = [...TYPES_OF.photo, ...TYPES_OF.voice] as const;
export type ContentType = (typeof CONTENT_TYPES)[number];

/** Types of the small picture that is sent first. */
const THUMBNAIL_TYPES: ReadonlySet<ContentType> = new Set(["image/jpeg", "image/webp"]);

/** So many first bytes say what a file is, if it has so many. */
export const TELLING_BYTES = 64;

/** Brands of MP4 files in which phones and browsers record sound (ISO/IEC 14496-12, `ftyp`). */
const MP4_BRANDS = /^(M4A |M4B |mp4[12]|isom|iso[2-9]|dash)$/;

/**
 * What a file is, by its first bytes alone: what it is called and what its sender says decide nothing. A short table of what phones make; what is none of these is refused, so nothing of it is
 * ever shown or run as something else.
 *
 * @param first at least `TELLING_BYTES` bytes, or all there are
 */
export function contentTypeOf(first: Uint8Array): ContentType | undefined {
  const text = String.fromCharCode(...first.subarray(0, TELLING_BYTES));
  const begins = (...bytes: readonly number[]): boolean => bytes.every((byte, at) => first[at] === byte);
  if (begins(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (text.startsWith("\u0089PNG\r\n\u001A\n") && text.slice(12, 16) === "IHDR") return "image/png";
  if (text.startsWith("RIFF") && /^WEBPVP8[ LX]/.test(text.slice(8))) return "image/webp";
  // A page's head is 27 bytes and a table of one entry; what Opus says of itself follows (RFC 7845).
  if (text.startsWith("OggS\0") && text.slice(28, 36) === "OpusHead") return "audio/ogg";
  if (text.slice(4, 8) === "ftyp" && MP4_BRANDS.test(text.slice(8, 12))) return "audio/mp4";
  // ADTS: twelve bits set, layer 0 (ISO/IEC 13818-7).
  if (first[0] === 0xff && (Number(first[1]) & 0xf6) === 0xf0) return "audio/aac";
  if (begins(0x1a, 0x45, 0xdf, 0xa3) && text.includes("\u0042\u0082\u0084webm")) return "audio/webm";
  return undefined;
}

/** Whether a file of this type can be an attachment of this kind. */
export function fitsKind(kind: keyof typeof TYPES_OF, type: ContentType): boolean {
  const types: readonly ContentType[] = TYPES_OF[kind];
  return types.includes(type);
}

/** Whether a file of this type can be a thumbnail. */
export function fitsThumbnail(type: ContentType | undefined): boolean {
  return type !== undefined && THUMBNAIL_TYPES.has(type);
}
