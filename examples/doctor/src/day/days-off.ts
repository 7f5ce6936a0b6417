import type { DoctorDay } from "@healthbridge/client-sdk/schedule";
import type { CalendarDate } from "@healthbridge/schema/client";

/**
 * Days with those marked on which the doctor has no hours: the server makes no day sheet for them. Between today and the last date that was planned a sheet that is not here is one that
 * is not there; of any other day nobody here knows.
 * @param planned `until`: the first date without sheets; `undefined` while her calendar is not here
 */
export function withDaysOff(
  days: readonly DoctorDay[],
  { from, until = from }: { readonly from: CalendarDate; readonly until?: CalendarDate | undefined },
): readonly DoctorDay[] {
  return days.map((day) =>
    day.slots === undefined && day.date >= from && day.date < until ? { ...day, slots: [] } : day,
  );
}
