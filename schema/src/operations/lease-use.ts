import type { Leased } from "../contracts/lease.ts";
import type { InputOf } from "../contracts/contracts.ts";
import { leasedSlots, leasedStarts, withoutLease } from "../entities/lease.ts";
import { givenBack, sheetIdsForStart, type Slot, slotAt, slotsFrom, slotsWithin } from "../entities/sheet.ts";
import type { EntityId } from "../shapes/ids.ts";
import { epochMinutes, MINUTE_MS } from "../time.ts";
import { askedFor } from "./asked.ts";
import { isInTheWay, minutesOf, type Time } from "./bookable.ts";
import { type Actor, type Context, type Decide, rejected, type State } from "./definition.ts";
import { Draft } from "./draft.ts";
import { keepsHours, visible } from "./rights.ts";
import { type Request, sheetOfStart } from "./wishes.ts";

/** How long before its end a device ceases to confirm, ms: as far as its own clock may be wrong. */
export const LEASE_MARGIN_MS = 2 * MINUTE_MS;

/**
 * What a device says of a booking that it confirms by itself: the time is its own, the patient's is free as far as it can see, and neither lease nor time is over.
 * @param context with the latest that the server's clock can show (ms)
 * @returns `undefined` where it cannot say so, and the booking waits for the server like any other
 */
export function confirmable(
  state: State,
  input: InputOf<"appointment.book">,
  context: Context,
): Leased | undefined {
  const asked = askedFor(state, input, context);
  const device = context.actor?.device;
  if ("problem" in asked || device === undefined || input.overbook !== undefined) return undefined;
  const { request } = asked;
  const instant = epochMinutes(request.start);
  const sheet = sheetOfStart(request);
  const slot = sheet && slotAt(sheet, instant);
  const minutes = slot && minutesOf(request.doctor, request.visit, slot);
  if (!sheet || minutes === undefined) return undefined;
  const slots = slotsFrom(sheet, instant, minutes);
  const own = leasedStarts(sheet, device);
  const after = context.now + LEASE_MARGIN_MS;
  const certain = (each: Slot): boolean => each.state === "h" && (own.get(each.instant) ?? 0) > after;
  if (!reach(slots, instant + minutes) || !slots.every(certain) || instant * MINUTE_MS <= after)
    return undefined;
  if (request.usefulUntil !== undefined && instant * MINUTE_MS > request.usefulUntil) return undefined;
  if (request.agenda.some((other) => isInTheWay(other, instant, minutes, context.now))) return undefined;
  return { device, minutes };
}

/** Whether slots go on without a break until an instant (minutes): what follows them, and what comes between, is nobody's own. */
function reach(slots: readonly Slot[], until: number): boolean {
  const last = slots.at(-1);
  return (
    last !== undefined &&
    last.instant + last.minutes >= until &&
    slots.every((slot, at) => slot.instant <= (slots[at - 1] ?? slot).instant + 2 * slot.minutes)
  );
}

/** Whether somebody on another device can give a device's word: its account; where it is long gone and forgotten, whoever keeps the doctor's hours. */
function speaksFor(actor: Actor | undefined, device: EntityId, { state, doctor }: Request): boolean {
  const holder = state.get("device", device);
  return holder ? holder.account === actor?.account : keepsHours(actor, doctor);
}

/**
 * The time that a device has confirmed, if it is still its own: then nothing else counts any more, neither the hour nor the hours nor the doctor's rules nor
 * what the patient has agreed to elsewhere. Its word comes from itself, or from the account that was signed in on it: each sign-in is another device.
 */
export function confirmedTime(
  request: Request,
  { device, minutes }: Leased,
  actor: Actor | undefined,
): { readonly time: Time; readonly patientBusy: boolean } | undefined {
  const { doctor, start, agenda, now } = request;
  if (actor?.device !== device && !speaksFor(actor, device, request)) return undefined;
  const sheet = sheetOfStart(request);
  if (!sheet) return undefined;
  const instant = epochMinutes(start);
  const own = new Set(leasedSlots(sheet, device).map((slot) => slot.instant));
  // Neighbours of one session then; the hours may have changed around them since.
  const [first, ...more] = slotsWithin(sheet, instant, minutes);
  if (first?.instant !== instant) return undefined;
  const slots = [first, ...more] as const;
  if (!reach(slots, instant + minutes) || !slots.every((slot) => own.has(slot.instant))) return undefined;
  const patientBusy = agenda.some((other) => isInTheWay(other, instant, minutes, now));
  return { time: { doctor, sheet: withoutLease(sheet, slots), slots, minutes }, patientBusy };
}

/** Gives times back that a device has to itself, and hands them on to those who wait. Its own, or those of one that is lost. */
export const giveBackLease: Decide<"lease.giveBack"> = (state, input, { actor, now, waitingList }) => {
  const device = input.device ?? actor?.device;
  const doctor = visible(
    state,
    "doctor",
    input.doctor,
    (each) => keepsHours(actor, each) || device === actor?.device,
  );
  if (!doctor) return rejected("not_found", "input.doctor");
  if (device === undefined) return rejected("forbidden", "input.device", "name the device");
  const draft = new Draft(state);
  const sheets = new Set(input.starts.flatMap((start) => sheetIdsForStart(doctor.id, start)));
  const wanted = new Set(input.starts.map((start) => epochMinutes(start)));
  let count = 0;
  for (const id of sheets) {
    const sheet = draft.get("sheet", id);
    const slots = sheet ? leasedSlots(sheet, device).filter(({ instant }) => wanted.has(instant)) : [];
    if (!sheet || slots.length === 0) continue;
    count += slots.length;
    draft.put({ kind: "sheet", entity: givenBack(withoutLease(sheet, slots), slots) });
    waitingList?.handOn(draft, id, slots, now);
  }
  return { status: "applied", changes: draft.changes, output: { givenBack: count } };
};
