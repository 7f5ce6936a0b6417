import * as z from "zod/mini";
import { EntityId } from "./ids.ts";

/**
 * A run of slots of one length: `[start, offset, minutes, step, states, places]`:
 * start of the first slot (minutes since 1970-01-01T00:00Z), offset of the local time (minutes ahead of UTC), length of a slot, minutes from one start to
 * the next, and one letter per slot. `places` is there for group sessions alone; then each letter is the number of places that are taken, a digit to base 36 in
 * capitals. No places: the session is over with for new patients.
 */
export const SlotRun = z.tuple([
  z.int(),
  z.int(),
  z.int(),
  z.int(),
  z.string().check(z.regex(/^[fhbox0-9A-Z]+$/)),
  z.optional(z.int()),
]);
export type SlotRun = z.infer<typeof SlotRun>;

/** The id of a day sheet: `<doctor>/<date>`. */
export const SheetId = z.string().check(z.regex(/^[A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9}\/\d{4}-\d{2}-\d{2}$/));

/** One doctor's one day as anybody in the tenant may see it: when, and whether it is free. No names. */
export const Sheet = z.object({
  id: SheetId,
  zone: z.string(),
  runs: z.array(SlotRun),
  /** what is kept only until an instant: `[start in minutes since 1970, until in ms since 1970]`; free again when that is over, whether or not anybody has noted it */
  held: z.optional(z.array(z.tuple([z.int(), z.int()]))),
  /**
   * times that a clinic's device has to itself, to confirm them without a network: `[device, until (ms since 1970), starts (minutes since 1970)]`. Until then it
   * may confirm them; its own they are until it gives them back, or until they have begun
   */
  leased: z.optional(z.array(z.tuple([EntityId, z.int(), z.array(z.int())]))),
  /** the last number given out in the day's queue */
  queue: z.optional(z.int()),
});
export type Sheet = z.infer<typeof Sheet>;
