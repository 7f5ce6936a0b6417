import type { Waiting } from "@healthbridge/client-sdk";
import type { DoctorDay } from "@healthbridge/client-sdk/schedule";
import type { CalendarDate, EntityId } from "@healthbridge/schema/client";

/** A day as the desk shows it. */
export interface ShownDay extends DoctorDay {
  /** new hours for it are not sent yet: what is free the server has to say */
  readonly hoursWait?: true;
}

/** Whose queued hours count, and from when: nothing changes what is over. */
export interface HoursOf {
  readonly doctor: EntityId;
  readonly today: CalendarDate;
}

/** Days without the times that queued hours may take away: those of the present day sheets are not hers any more. */
export function withHoursWaiting(
  days: readonly DoctorDay[],
  waiting: ReadonlyArray<Pick<Waiting, "type" | "input">>,
  { doctor, today }: HoursOf,
): readonly ShownDay[] {
  const hers = waiting.filter(({ input }) => input["doctor"] === doctor);
  const weekWaits = hers.some(({ type }) => type === "availability.set");
  const dates = new Set(
    hers.filter(({ type }) => type === "availability.except").flatMap(({ input }) => datesIn(input["dates"])),
  );
  return days.map((day) =>
    day.date >= today && (weekWaits || dates.has(day.date))
      ? { ...day, slots: undefined, hoursWait: true }
      : day,
  );
}

function datesIn(dates: unknown): readonly unknown[] {
  if (!Array.isArray(dates)) return [];
  return dates.map((each: unknown) =>
    typeof each === "object" && each !== null && "date" in each ? each.date : undefined,
  );
}
