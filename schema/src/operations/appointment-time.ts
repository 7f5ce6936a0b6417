import { givenBack, sheetIdsForStart, type Slot, slotsWithin } from "../entities/sheet.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { Sheet } from "../shapes/sheet.ts";
import { epochMinutes } from "../time.ts";
import type { Context } from "./definition.ts";
import type { Draft } from "./draft.ts";

/** The time of an appointment on its day sheet. */

/** The sheet an appointment stands on. */
export function sheetOf(draft: Draft, { doctor, start }: Appointment): Sheet | undefined {
  return sheetIdsForStart(doctor, start)
    .map((id) => draft.get("sheet", id))
    .find((each) => each);
}

/** Gives an appointment's time back, without anybody getting it yet. */
export function giveBack(draft: Draft, appointment: Appointment): readonly Slot[] {
  const sheet = sheetOf(draft, appointment);
  if (!sheet) return [];
  const slots = slotsWithin(sheet, epochMinutes(appointment.start), appointment.minutes);
  draft.put({ kind: "sheet", entity: givenBack(sheet, slots, appointment.until) });
  return slots;
}

/** Gives an appointment's time back and hands it on to those who wait for one. */
export function handOn(draft: Draft, appointment: Appointment, { waitingList, now }: Context): void {
  const slots = giveBack(draft, appointment);
  const sheet = sheetOf(draft, appointment);
  if (sheet) waitingList?.handOn(draft, sheet.id, slots, now);
}

/**
 * A day sheet with all that was kept on it only until now given back and handed on. A device cannot tell who gets it: it knows of no appointment but those it
 * may see.
 */
export function sheetNow(draft: Draft, id: string, { waitingList, now }: Context): Sheet | undefined {
  const sheet = draft.get("sheet", id);
  if (!waitingList || !sheet?.held?.some(([, until]) => until <= now)) return sheet;
  for (const over of draft.get("standing", id) ?? []) waitingList.end(draft, over.id, now);
  return draft.get("sheet", id);
}

/** An appointment that waits for nobody's word any more. */
export function settled({
  until: _until,
  awaits: _awaits,
  heldBy: _heldBy,
  wants: _wants,
  ...appointment
}: Appointment): Appointment {
  return appointment;
}
