import { isOver } from "../entities/appointment.ts";
import { hasRoom, type Slot, slotAt, splitSheetId, withTaken } from "../entities/sheet.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { Doctor } from "../shapes/directory.ts";
import type { Sheet } from "../shapes/sheet.ts";
import { MINUTE_MS } from "../time.ts";
import { giveBack, settled, sheetOf } from "./appointment-time.ts";
import { type Time, timeAt } from "./bookable.ts";
import type { WaitingList } from "./definition.ts";
import type { Draft } from "./draft.ts";
import { placeToWait } from "./place-to-wait.ts";
import { suits } from "./wishes.ts";

/** Patients on the list who are asked about one freed time, of those who wait for that part of the day: the first that it suits gets it. */
const MOST_ASKED = 20;
/** Minutes a patient has to accept an offer, where the doctor's rules say nothing. */
const OFFER_MINUTES = 120;

/** What a server adds to the context of a decision: who waits for a time that comes free, and what is over by now. */
export const WAITING_LIST: WaitingList = { place: placeToWait, handOn: offer, end: endWhereOver };

/** Ends what nobody answered in time and hands its time on. Who was offered a time from the waiting list goes back to it. */
function endWhereOver(draft: Draft, id: string, now: number): boolean {
  const appointment = draft.get("appointment", id);
  if (!appointment || !isOver(appointment, now)) return false;
  const { status, wants } = appointment;
  const waits = status === "pending" && wants !== undefined && wants.until > now;
  const entity = waits
    ? backToWaiting(appointment, now)
    : { ...settled(appointment), status: "expired" as const };
  draft.put({ kind: "appointment", entity });
  if (status === "waitlist") return true;
  const slots = giveBack(draft, appointment);
  const sheet = sheetOf(draft, appointment);
  if (sheet) offer(draft, sheet.id, slots, now);
  return true;
}

/** On the waiting list again, behind those who are as urgent. */
export function backToWaiting(appointment: Appointment, now: number): Appointment {
  const { wants } = appointment;
  return {
    ...settled(appointment),
    status: "waitlist",
    ...(wants && { wants: { ...wants, since: now }, until: wants.until }),
  };
}

/** Offers freed slots to the patients on the waiting list, or gives them, as the doctor's rules say: in the transaction that frees them. */
function offer(draft: Draft, sheetId: string, freed: readonly Slot[], now: number): void {
  const doctor = draft.get("doctor", splitSheetId(sheetId).doctor);
  const waiting = draft.get("waiting", sheetId) ?? [];
  if (!doctor || waiting.length === 0) return;
  for (const time of freed) {
    const asked = waiting.filter(({ wants }) => suits(time, wants?.partOfDay)).slice(0, MOST_ASKED);
    for (const { id } of asked) {
      const sheet = draft.get("sheet", sheetId);
      const slot = sheet && slotAt(sheet, time.instant);
      if (!slot || !hasRoom(sheet, slot, now)) break;
      offerTo(draft, id, doctor, { sheetId, instant: time.instant, now });
    }
  }
}

interface Freed {
  readonly sheetId: string;
  /** minutes */
  readonly instant: number;
  readonly now: number;
}

/** What is over of hers is in nobody's way, but keeps its time until it is ended: that comes first, and may move more than her own. */
function offerTo(draft: Draft, id: string, doctor: Doctor, freed: Freed): void {
  const { sheetId, instant, now } = freed;
  const find = (): readonly [Appointment, Time] | undefined => {
    const sheet = draft.get("sheet", sheetId);
    const slot = sheet && slotAt(sheet, instant);
    const appointment = draft.get("appointment", id);
    if (!slot || !appointment || !hasRoom(sheet, slot, now)) return undefined;
    const time = timeFor(draft, appointment, doctor, sheet, slot, now);
    return time && [appointment, time];
  };
  const [waiting] = find() ?? [];
  if (!waiting) return;
  for (const other of draft.get("agenda", waiting.patient) ?? []) endWhereOver(draft, other.id, now);
  const [appointment, time] = find() ?? [];
  if (appointment && time) hand(draft, appointment, time, now);
}

/** The time that begins with a freed slot, where it suits a patient who waits. */
function timeFor(
  draft: Draft,
  { status, wants, visit, patient }: Appointment,
  doctor: Doctor,
  sheet: Sheet,
  slot: Slot,
  now: number,
): Time | undefined {
  const { date } = splitSheetId(sheet.id);
  if (status !== "waitlist" || !wants || date < wants.from || date > wants.to) return undefined;
  if (!suits(slot, wants.partOfDay)) return undefined;
  const agenda = draft.get("agenda", patient) ?? [];
  const wanted = { agenda, visit, usefulUntil: wants.until, keeper: () => false, now };
  const time = timeAt(doctor, sheet, slot, wanted, draft);
  return typeof time === "object" ? time : undefined;
}

function hand(draft: Draft, appointment: Appointment, time: Time, now: number): void {
  const { doctor, sheet, slots, minutes } = time;
  const [{ start, instant, group }] = slots;
  const { freed = "offer", offerMinutes = OFFER_MINUTES } = doctor.rules ?? {};
  const until = Math.min(now + offerMinutes * MINUTE_MS, instant * MINUTE_MS);
  const { places: _places, ...rest } = appointment;
  const placed = { ...rest, start, minutes, zone: sheet.zone, ...(group && { places: group.places }) };
  const entity: Appointment =
    freed === "give"
      ? { ...settled(placed), status: "booked" }
      : { ...placed, status: "pending", awaits: "patient", until };
  draft.put({ kind: "appointment", entity });
  draft.put({ kind: "sheet", entity: withTaken(sheet, slots, freed === "give" ? undefined : until) });
}
