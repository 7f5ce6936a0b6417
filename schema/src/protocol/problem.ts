import * as z from "zod/mini";

import type { PROBLEMS } from "./problem-texts.ts";

/** A problem's code; a closed set. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Codes as zod sees them. */
export const ProblemCode = z.string().check(z.regex(/^[a-z_]{2,40}$/));

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
  code: ProblemCode,
  path: z.optional(z.string()),
  detail: z.optional(z.string()),
  reasons: z.optional(z.array(Reason)),
  alternatives: z.optional(z.array(z.string())),
});
export type Problem = Readonly<z.infer<typeof Problem>>;
