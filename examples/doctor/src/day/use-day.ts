import { useDoctorWeek, useEntity, useList, useNow, useWaiting } from "@healthbridge/client-sdk/react";
import { type CalendarDate, splitSheetId } from "@healthbridge/schema/client";
import { useMemo } from "preact/hooks";
import { useDesk } from "../shared/desk-context.ts";
import { dateIn } from "./dates.ts";
import { withDaysOff } from "./days-off.ts";
import { type ShownDay, withHoursWaiting } from "./hours-waiting.ts";

/** Today by the doctor's wall. */
export function useToday(): CalendarDate {
  return dateIn(useZone(), useNow());
}

/** The time zone of the doctor's hours; before she has any, that of her clinic. */
export function useZone(): string | undefined {
  const { hb, doctor } = useDesk();
  const availability = useEntity("availability", doctor);
  const clinic = useEntity("clinic", hb.get("doctor", doctor)?.clinic);
  return availability?.zone ?? clinic?.zone;
}

/** Some days of the doctor's out of what this device holds. */
export function useDays(from: CalendarDate, days: number): readonly ShownDay[] {
  const { doctor } = useDesk();
  const week = useDoctorWeek(doctor, { from, days });
  const until = useEntity("availability", doctor)?.sheetsUntil;
  const today = useToday();
  const sheets = useList("sheet", ({ id }) => splitSheetId(id).doctor === doctor);
  const waiting = useWaiting();
  return useMemo(() => {
    const held = withDaysOff(week, { from: today, until: sheets.length > 0 ? until : undefined });
    return withHoursWaiting(held, waiting, { doctor, today });
  }, [week, today, until, sheets, waiting, doctor]);
}

/** A day of the doctor's out of what this device holds. */
export function useDay(date: CalendarDate): ShownDay {
  const [day] = useDays(date, 1);
  return day ?? { date, slots: undefined, appointments: [] };
}
