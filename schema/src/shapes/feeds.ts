import * as z from "zod/mini";

/** The name of a feed: `me`, `directory`, `clinic:<id>`, `calendar:<doctor>`. */
export const FeedName = z
  .string()
  .check(z.regex(/^(me|directory|(clinic|calendar):[A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9})$/));
export type FeedName = z.infer<typeof FeedName>;

/**
 * How far feeds have been read: `<handle>:<cursor>` joined by commas, as `3:120,17:45`. A handle is a feed's short name, given in `feeds`. Where the last page of a
 * feed had `begun`, that goes behind it: `17:45:210`.
 */
export const Cursors = z
  .string()
  .check(
    z.maxLength(6_000),
    z.regex(/^([1-9]\d{0,11}:\d{1,15}(:\d{1,15})?(,[1-9]\d{0,11}:\d{1,15}(:\d{1,15})?)*)?$/),
  );
