import * as z from "zod/mini";

// oxlint-disable-next-line eslint/no-control-regex -- to keep them out
const PRINTABLE = /^[^\u0000-\u001f\u007f\ud800-\udfff]*$/u;

/** One line of text a person typed: trimmed length 1 to `most` characters, no control characters. */
export function line(most: number) {
  return z.string().check(z.minLength(1), z.maxLength(most), z.regex(PRINTABLE), z.regex(/\S/));
}

// oxlint-disable-next-line eslint/no-control-regex -- to keep them out
const PRINTABLE_LINES = /^[^\u0000-\u0008\u000b-\u001f\u007f\ud800-\udfff]*$/u;

/** Text of several lines a person typed: 1 to `most` characters, of which one at least shows; of control characters line feeds and tabs only. */
export function paragraphs(most: number) {
  return z.string().check(z.minLength(1), z.maxLength(most), z.regex(PRINTABLE_LINES), z.regex(/\S/));
}

/** A name of a person or a place. */
export const Name = line(120);

/** A language as a BCP 47 primary subtag: `sw`, `en`, `luo`. */
export const Language = z.string().check(z.regex(/^[a-z]{2,3}$/));

/** A speciality in small letters and dashes: `general-practice`, `paediatrics`. */
export const Speciality = z.string().check(z.maxLength(40), z.regex(/^[a-z]+(-[a-z]+)*$/));

/** A kind of visit in small letters and dashes: `first`, `follow-up`, `antenatal`. */
export const VisitKind = z.string().check(z.maxLength(40), z.regex(/^[a-z]+(-[a-z]+)*$/));

/** A currency by its ISO 4217 code: `KES`. */
export const Currency = z.string().check(z.regex(/^[A-Z]{3}$/));

/** Degrees north, WGS 84. */
export const Latitude = z.number().check(z.minimum(-90), z.maximum(90));
/** Degrees east, WGS 84. */
export const Longitude = z.number().check(z.minimum(-180), z.maximum(180));

/** A telephone number in E.164: `+254712345678`. */
export const Phone = z.string().check(z.regex(/^\+[1-9]\d{6,14}$/));

/** An e-mail address in ASCII: `amina@example.org`. */
export const Email = z.string().check(z.maxLength(254), z.regex(/^[\w.+-]+@[\w-]+\.[\w.-]+$/));
