import { type Appointment, epochMinutes, MINUTE_MS, TIME_STEP_MINUTES } from "@healthbridge/schema";

/** The five-minute step in which an instant (ms) lies. */
export function cellOf(instant: number): number {
  return Math.floor(instant / MINUTE_MS / TIME_STEP_MINUTES);
}

/** The five-minute steps that an appointment takes. */
export function cellsOf({ start, minutes }: Appointment): readonly number[] {
  const first = epochMinutes(start) / TIME_STEP_MINUTES;
  return Array.from({ length: minutes / TIME_STEP_MINUTES }, (_, at) => first + at);
}
