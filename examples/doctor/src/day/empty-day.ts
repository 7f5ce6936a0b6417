import type { DoctorDay } from "@healthbridge/client-sdk/schedule";
import type { DoctorKey } from "../words/words.ts";

/** What is said of a day of which there is nothing to show. */
export interface EmptyDay {
  readonly title: DoctorKey;
  readonly more: DoctorKey;
}

/**
 * Why there is nothing: she has no hours, nothing of it is left, or this device does not hold it; and whether that can still come.
 * @param today a day before it is over: its times are sent to nobody any more
 */
export function emptyDay({ date, slots }: Pick<DoctorDay, "date" | "slots">, today: string): EmptyDay {
  if (slots === undefined)
    return date < today
      ? { title: "dayOverTitle", more: "dayOver" }
      : { title: "dayNotHeldTitle", more: "dayNotHeld" };
  return { title: "dayEmpty", more: slots.length === 0 ? "dayEmptyMore" : "dayNothingLeft" };
}
