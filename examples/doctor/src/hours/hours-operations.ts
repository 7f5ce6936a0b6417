import type { EnqueueItem } from "@healthbridge/client-sdk";
import {
  canonicalText,
  type BookingRules,
  type CalendarDate,
  type DateHours,
  type EntityId,
  type InputOf,
} from "@healthbridge/schema/client";
import { asUsual, dateHoursOf, draftOf, type HoursDraft, hoursOf, type SavedHours } from "./hours-draft.ts";

/** What has to be asked for so that what is saved becomes what was drafted. Only what differs is in it. */
export interface HoursOperations {
  readonly set: InputOf<"availability.set"> | undefined;
  readonly except: InputOf<"availability.except"> | undefined;
  readonly rules: InputOf<"doctor.setRules"> | undefined;
}

/** @param today by the doctor's wall: exceptions before it are over */
export function operationsOf(
  doctor: EntityId,
  saved: SavedHours,
  draft: HoursDraft,
  today: CalendarDate,
): HoursOperations {
  const before = draftOf(saved, draft.zone, today);
  const week = weekOf(doctor, draft);
  const isNew = saved.availability === undefined;
  const dates = changedDates(before, draft);
  return {
    set: isNew || differ(weekOf(doctor, before), week) ? week : undefined,
    except: dates.length === 0 ? undefined : { doctor, dates },
    rules: differ(saved.rules ?? {}, draft.rules) ? { doctor, rules: draft.rules } : undefined,
  };
}

/** Whether there is anything to ask for. */
export function asksFor({ set, except, rules }: HoursOperations): boolean {
  return set !== undefined || except !== undefined || rules !== undefined;
}

/** The same in one list: all of it is kept, or nothing. */
export function itemsOf({ set, except, rules }: HoursOperations): readonly EnqueueItem[] {
  return [
    ...(set === undefined ? [] : [{ type: "availability.set", input: set } as const]),
    ...(except === undefined ? [] : [{ type: "availability.except", input: except } as const]),
    ...(rules === undefined ? [] : [{ type: "doctor.setRules", input: rules } as const]),
  ];
}

/** Rules with one of them changed; one that is emptied binds no longer. */
export function withRule<K extends keyof BookingRules>(
  rules: BookingRules,
  rule: K,
  value: BookingRules[K] | undefined,
): BookingRules {
  const { [rule]: _before, ...others } = rules;
  const rest: BookingRules = others;
  return value === undefined ? rest : { ...rest, [rule]: value };
}

function weekOf(doctor: EntityId, draft: HoursDraft): InputOf<"availability.set"> {
  const { zone, slotMinutes, bufferMinutes, bufferBeforeMinutes, weekly } = draft;
  return {
    doctor,
    zone,
    slotMinutes,
    bufferMinutes,
    ...(bufferBeforeMinutes > 0 && { bufferBeforeMinutes }),
    weekly: weekly.flatMap((sessions, day) =>
      sessions.length === 0 ? [] : [{ day: day + 1, hours: sessions.map((each) => hoursOf(each)) }],
    ),
  };
}

function changedDates(before: HoursDraft, after: HoursDraft): DateHours[] {
  const known = new Map(before.exceptions.map((each) => [each.date, dateHoursOf(each)]));
  const wanted = after.exceptions.map(dateHoursOf);
  const gone = [...known.keys()].filter((date) => !wanted.some((each) => each.date === date));
  return [...wanted.filter((each) => differ(known.get(each.date), each)), ...gone.map(asUsual)];
}

function differ(left: unknown, right: unknown): boolean {
  return canonicalText(left ?? null) !== canonicalText(right ?? null);
}
