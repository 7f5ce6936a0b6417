import * as z from "zod/mini";

/**
 * A run of slots of one length: `[start, offset, minutes, step, states]`:
 * start of the first slot (minutes since 1970-01-01T00:00Z), offset of the local time (minutes ahead of UTC), length of a slot, minutes from one start to
 * the next, and one letter per slot.
 */
export const SlotRun = z.tuple([z.int(), z.int(), z.int(), z.int(), z.string().check(z.regex(/^[fhbox]+$/))]);
export type SlotRun = z.infer<typeof SlotRun>;

/** The id of a day sheet: `<doctor>/<date>`. */
export const SheetId = z.string().check(z.regex(/^[A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9}\/\d{4}-\d{2}-\d{2}$/));

/** One doctor's one day as anybody in the tenant may see it: when, and whether it is free. No names. */
export const Sheet = z.object({ id: SheetId, zone: z.string(), runs: z.array(SlotRun) });
export type Sheet = z.infer<typeof Sheet>;
