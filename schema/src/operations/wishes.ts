import {
  openSlotsNear,
  sheetId,
  sheetIdsForStart,
  type Slot,
  slotAt,
  splitSheetId,
} from "../entities/sheet.ts";
import { MOST_ALTERNATIVES } from "../protocol/device-limits.ts";
import type { Doctor } from "../shapes/directory.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { Nearby } from "../shapes/nearby.ts";
import type { Reason } from "../shapes/problem.ts";
import type { Sheet } from "../shapes/sheet.ts";
import type { PartOfDay, Start } from "../shapes/time.ts";
import type { Wish } from "../shapes/wish.ts";
import { addDays, epochMinutes } from "../time.ts";
import { type Time, timeAt, type Wanted } from "./bookable.ts";
import { NotLoaded, type State, type WaitingList } from "./definition.ts";
import type { WaitingPlace } from "./place-to-wait.ts";

/** What somebody asks for. */
export interface Request extends Wanted {
  readonly state: State;
  readonly doctor: Doctor;
  readonly start: Start;
  readonly ifTaken: readonly Wish[];
  /** a day sheet as it is now */
  readonly sheet: (id: string) => Sheet | undefined;
  readonly waitingList: WaitingList | undefined;
  /** the patient, who can be on a doctor's waiting list once */
  readonly patient: EntityId;
}

/** A time that can be had, or a place on the waiting list, and the wish (0: as asked) it comes from; or that there is neither. And why what was wished before could not be. */
export type Found = Placed | NotFound;

export type Placed = { readonly wish: number; readonly missed: readonly Reason[] } & (
  | { readonly kind: "time"; readonly time: Time }
  | { readonly kind: "waits"; readonly place: WaitingPlace }
);

export interface NotFound {
  readonly kind: "none";
  readonly missed: readonly Reason[];
  readonly alternatives: readonly Start[];
}

/** A slot on its doctor's sheet. */
type Candidate = readonly [doctor: Doctor, sheet: Sheet, slot: Slot];

/** Looks through what was asked for and then the wishes in order; the first time that can be had wins. */
export function findTime(request: Request): Found {
  const missed: Reason[] = [];
  const asked = sheetOfStart(request);
  for (const [wish, option] of [undefined, ...request.ifTaken].entries()) {
    if (option?.wish === "giveUp") break;
    if (option?.wish === "waitingList") {
      // A device does not know who waits.
      if (!request.waitingList)
        throw new NotLoaded({ kind: "waiting", id: sheetId(request.doctor.id, request.start) });
      const place = request.waitingList.place(option, request);
      if (typeof place === "object") return { kind: "waits", place, wish, missed };
      missed.push({ wish, code: place });
      continue;
    }
    const found = firstOf(candidates(option, request, asked), request);
    if (typeof found === "object") return { kind: "time", time: found, wish, missed };
    missed.push({ wish, code: found ?? codeOfNone(option) });
  }
  return { kind: "none", missed, alternatives: alternatives(asked, request) };
}

/** The first candidate that can be had, or what stood in the way of the best one. */
function firstOf(all: Iterable<Candidate>, request: Request): Time | Reason["code"] | undefined {
  let code: Reason["code"] | undefined;
  for (const [doctor, sheet, slot] of all) {
    const found = timeAt(doctor, sheet, slot, request, request.state);
    if (typeof found === "object") return found;
    code ??= found;
  }
  return code;
}

function codeOfNone(option: Wish | undefined): Reason["code"] {
  if (!option) return "slot_not_offered";
  return option.wish === "anyDoctor" ? "none_nearby" : "slot_taken";
}

/** The sheet a start stands on: the one that has such a slot, else the one its date names. */
export function sheetOfStart({
  doctor,
  start,
  sheet,
}: Pick<Request, "doctor" | "start" | "sheet">): Sheet | undefined {
  const sheets = sheetIdsForStart(doctor.id, start).flatMap((id) => sheet(id) ?? []);
  return sheets.find((each) => slotAt(each, epochMinutes(start))) ?? sheets[0];
}

/** The slots a wish allows (`undefined`: what was asked), best first. Lazily, so that no sheet is looked up that is not needed. */
function* candidates(
  option: Wish | undefined,
  request: Request,
  asked: Sheet | undefined,
): Generator<Candidate> {
  const { doctor, start, now } = request;
  const instant = epochMinutes(start);
  if (!option) {
    const slot = asked && slotAt(asked, instant);
    if (slot) yield [doctor, asked, slot];
    return;
  }
  for (const [whose, sheet] of sheetsOf(option, request, asked)) {
    const sameDay = splitSheetId(sheet.id).date === start.slice(0, 10);
    const near = option.wish === "sameDay" || sameDay ? instant : -Infinity;
    for (const slot of openSlotsNear(sheet, near, now))
      if (suits(slot, option.partOfDay)) yield [whose, sheet, slot];
  }
}

/** The sheets a wish reaches, best first. */
function* sheetsOf(
  option: Wish,
  { doctor, start, sheet, state }: Request,
  asked: Sheet | undefined,
): Generator<readonly [Doctor, Sheet]> {
  const date = start.slice(0, 10);
  if (option.wish === "sameDay") {
    if (asked) yield [doctor, asked];
  } else if (option.wish === "sameDoctor") {
    for (let day = 1; day <= (option.days ?? 0); day++) {
      const later = sheet(sheetId(doctor.id, addDays(date, day)));
      if (later) yield [doctor, later];
    }
  } else {
    for (const id of state.get("nearby", nearbyKey(doctor, option, date)) ?? []) {
      const other = state.get("doctor", splitSheetId(id).doctor);
      const theirs = sheet(id);
      if (other && theirs) yield [other, theirs];
    }
  }
}

/** The key under which the wish's doctors are looked up. */
export function nearbyKey(
  doctor: Doctor,
  { km = 1, days = 0, speciality, language }: Wish,
  date: string,
): string {
  const nearby: Nearby = {
    doctor: doctor.id,
    km,
    specialities: speciality === undefined ? doctor.specialities : [speciality],
    language,
    from: date,
    to: addDays(date, days),
  };
  return JSON.stringify(nearby);
}

/** Whether a slot begins in a part of the day, by the doctor's wall clock. */
export function suits({ start }: Slot, part: PartOfDay | undefined): boolean {
  if (part === undefined) return true;
  const time = start.slice(11, 16);
  return part === (time < "12:00" ? "morning" : time < "17:00" ? "afternoon" : "evening");
}

function alternatives(asked: Sheet | undefined, request: Request): readonly Start[] {
  return [...candidates(SAME_DAY, request, asked)]
    .filter(
      ([doctor, sheet, slot]) => typeof timeAt(doctor, sheet, slot, request, request.state) === "object",
    )
    .slice(0, MOST_ALTERNATIVES)
    .map(([, , slot]) => slot.start);
}

const SAME_DAY: Wish = { wish: "sameDay" };
