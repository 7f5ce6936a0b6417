import type { DoctorKey } from "../words/words.ts";
import type { ShownDay } from "./hours-waiting.ts";

/** What is said of a day of which there is nothing to show. */
export interface EmptyDay {
  readonly title: DoctorKey;
  readonly more: DoctorKey;
}

/**
 * Why there is nothing: she has no hours, nothing of it is left, new ones wait to be sent, or this device does not hold it; and whether that can still come.
 * @param today a day before it is over: its times are sent to nobody any more
 */
export function emptyDay(
  { date, slots, hoursWait }: Pick<ShownDay, "date" | "slots" | "hoursWait">,
  today: string,
): EmptyDay {
  if (hoursWait) return { title: "dayEmpty", more: "dayHoursWait" };
  if (slots === undefined)
    return date < today
      ? { title: "dayOverTitle", more: "dayOver" }
      : { title: "dayNotHeldTitle", more: "dayNotHeld" };
  return { title: "dayEmpty", more: slots.length === 0 ? "dayEmptyMore" : "dayNothingLeft" };
}
