import type { Outcome } from "@healthbridge/client-sdk";
import { addDays, type EntityId, PlacedOutput } from "@healthbridge/schema";
import { REACH } from "./assumptions.ts";
import type { Choice } from "./desk.ts";

/** A time of a doctor as one word, so that it can be looked up. */
export function slotOf({ doctor, start }: Choice): string {
  return `${doctor} ${start}`;
}

/** Whether the server had no time to give: it refused, or put the patient on the waiting list. */
export function gotNoTime({ status, output }: Pick<Outcome, "status" | "output">): boolean {
  if (status === "rejected") return true;
  const placed = PlacedOutput.safeParse(output);
  return placed.success && placed.data.status === "waitlist";
}

/** Whether a time would have done for what was asked: that day or one within reach after it, the same doctor or one of the `others` within reach. */
export function wouldDo(asked: Choice, others: ReadonlySet<EntityId>, time: Choice): boolean {
  const [from, day] = [asked.start.slice(0, 10), time.start.slice(0, 10)];
  const near = time.doctor === asked.doctor || others.has(time.doctor);
  return near && day >= from && day <= addDays(from, REACH.days);
}

/**
 * How many of those who got no time could have had one at once, each a time of her own: the size of the largest matching.
 * @param times by person: the times that would have done for her
 */
export function largestMatching(times: readonly (readonly string[])[]): number {
  const given = new Map<string, number>();
  const give = (person: number, tried: Set<string>): boolean =>
    (times[person] ?? []).some((time) => {
      if (tried.has(time)) return false;
      tried.add(time);
      const holder = given.get(time);
      // Whoever has it goes on to another one, if there is one for her.
      if (holder !== undefined && !give(holder, tried)) return false;
      given.set(time, person);
      return true;
    });
  return times.filter((_, person) => give(person, new Set())).length;
}
