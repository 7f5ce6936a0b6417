import * as z from "zod/mini";

/** A problem's code on the wire: a device may meet one of a later version. */
export const WireCode = z.string().check(z.regex(/^[a-z_]{2,40}$/));

/** One of several reasons: why a wish could not come true, or what is wrong with a field. */
export const Reason = z.object({
  code: z.string(),
  /** path of the field, as `input.start` */
  path: z.optional(z.string()),
  /** which wish it speaks of: 0 is what was asked, 1 the first of `ifTaken` */
  wish: z.optional(z.int()),
  /** more words, never personal data */
  detail: z.optional(z.string()),
});
export type Reason = z.infer<typeof Reason>;

/** What became of an operation that was not applied. `reasons` holds all of them, `alternatives` starts that were free at the time. */
export const Problem = z.object({
  code: WireCode,
  path: z.optional(z.string()),
  detail: z.optional(z.string()),
  reasons: z.optional(z.array(Reason)),
  alternatives: z.optional(z.array(z.string())),
});
export type Problem = Readonly<z.infer<typeof Problem>>;

/** A problem as HTTP carries it (RFC 9457, `application/problem+json`). */
export const ProblemDetails = z.extend(Problem, {
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** what to do next, in plain words */
  next: z.optional(z.string()),
  /** id under which the server's log speaks of this request */
  correlation: z.optional(z.string()),
});
export type ProblemDetails = z.infer<typeof ProblemDetails>;
