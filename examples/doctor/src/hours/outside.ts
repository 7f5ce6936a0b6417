import {
  type Appointment,
  epochMinutes,
  holdsSlot,
  isFinished,
  MINUTE_MS,
  type Sheet,
  sheetId,
  slotsWithin,
} from "@healthbridge/schema/client";

/** Appointments to come that stand outside the hours the doctor has by now. They are kept, and somebody has to move or cancel them. In order of time. */
export function outsideHours<A extends Appointment>(
  appointments: readonly A[],
  sheetOf: (id: string) => Sheet | undefined,
  now: number,
): readonly A[] {
  return appointments
    .filter((each) => {
      const starts = epochMinutes(each.start);
      if (starts * MINUTE_MS < now || !holdsSlot(each) || isFinished(each)) return false;
      const sheet = sheetOf(sheetId(each.doctor, each.start.slice(0, 10)));
      return sheet !== undefined && slotsWithin(sheet, starts, each.minutes).some(isOutside);
    })
    .toSorted((left, right) => epochMinutes(left.start) - epochMinutes(right.start));
}

/** Taken, and no longer offered; a group session that is over with for new patients has no places. */
function isOutside({ state, group }: ReturnType<typeof slotsWithin>[number]): boolean {
  return group === undefined ? state === "o" : group.places === 0 && group.taken > 0;
}
