import { freeSlotsNear, sheetId, sheetIdsForStart, type Slot, slotAt } from "../entities/sheet.ts";
import { DEVICE_LIMITS } from "../protocol/device-limits.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { Reason } from "../shapes/problem.ts";
import type { Sheet } from "../shapes/sheet.ts";
import type { Start } from "../shapes/time.ts";
import type { Wish } from "../shapes/wish.ts";
import { addDays, epochMinutes, MINUTE_MS } from "../time.ts";

/** What somebody asks for. */
export interface Request {
  readonly doctor: EntityId;
  readonly start: Start;
  readonly ifTaken: readonly Wish[];
  /** the doctor's day sheets by id */
  readonly sheet: (id: string) => Sheet | undefined;
  /** appointments of the patient that hold time, without the one being moved */
  readonly agenda: readonly Appointment[];
  /** ms */
  readonly now: number;
}

/** A slot that can be had, and the wish (0: as asked) it comes from; or why there is none. */
export type Found =
  | { readonly slot: Slot; readonly sheet: Sheet; readonly wish: number; readonly missed: readonly Reason[] }
  | { readonly slot: undefined; readonly missed: readonly Reason[]; readonly alternatives: readonly Start[] };

/** A slot on its sheet. */
type Candidate = readonly [sheet: Sheet, slot: Slot];

/** Looks through what was asked for and then the wishes in order; the first slot that can be had wins. */
export function findSlot(request: Request): Found {
  const missed: Reason[] = [];
  const asked = sheetOfStart(request);
  for (const [wish, option] of [undefined, ...request.ifTaken].entries()) {
    if (option?.wish === "giveUp") break;
    let code: Reason["code"] | undefined;
    for (const [sheet, slot] of candidates(option, request, asked)) {
      const obstacle = hindrance(slot, request);
      if (obstacle === undefined) return { slot, sheet, wish, missed };
      code ??= obstacle;
    }
    missed.push({ wish, code: code ?? (option ? "slot_taken" : "slot_not_offered") });
  }
  return { slot: undefined, missed, alternatives: alternatives(asked, request) };
}

/** The sheet a start stands on: the one that has such a slot, else the one its date names. */
function sheetOfStart({ doctor, start, sheet }: Request): Sheet | undefined {
  const sheets = sheetIdsForStart(doctor, start).flatMap((id) => sheet(id) ?? []);
  return sheets.find((each) => slotAt(each, epochMinutes(start))) ?? sheets[0];
}

/** The slots a wish allows (`undefined`: what was asked), best first. Lazily, so that no sheet is looked up that is not needed. */
function* candidates(
  option: Wish | undefined,
  { doctor, start, sheet }: Request,
  asked: Sheet | undefined,
): Generator<Candidate> {
  const instant = epochMinutes(start);
  if (option?.wish === "sameDoctor") {
    for (let day = 1; day <= (option.days ?? 0); day++) {
      const later = sheet(sheetId(doctor, addDays(start.slice(0, 10), day)));
      if (later) for (const slot of freeSlotsNear(later, -Infinity)) yield [later, slot];
    }
  } else if (asked && option) {
    for (const slot of freeSlotsNear(asked, instant)) yield [asked, slot];
  } else if (asked) {
    const slot = slotAt(asked, instant);
    if (slot) yield [asked, slot];
  }
}

function hindrance(slot: Slot, { now, agenda }: Request): Reason["code"] | undefined {
  if (slot.instant * MINUTE_MS < now) return "start_passed";
  if (slot.state !== "f") return slot.state === "x" ? "slot_not_offered" : "slot_taken";
  return agenda.some((other) => overlaps(other, slot)) ? "patient_busy" : undefined;
}

function overlaps(other: Appointment, slot: Slot): boolean {
  const start = epochMinutes(other.start);
  return start < slot.instant + slot.minutes && slot.instant < start + other.minutes;
}

function alternatives(asked: Sheet | undefined, request: Request): readonly Start[] {
  return [...candidates(SAME_DAY, request, asked)]
    .filter(([, slot]) => hindrance(slot, request) === undefined)
    .slice(0, DEVICE_LIMITS.alternatives)
    .map(([, slot]) => slot.start);
}

const SAME_DAY: Wish = { wish: "sameDay" };
