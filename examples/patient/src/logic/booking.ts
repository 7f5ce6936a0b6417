import type { BookInput } from "@healthbridge/client-sdk";
import type { CalendarDate, EntityId, Start } from "@healthbridge/schema/client";
import { partOf } from "./free-times.ts";
import { ifTakenOf, usefulUntilOf, type WishChoice } from "./wishes.ts";

/** A request as its form has it. */
export interface BookingForm {
  readonly patient: EntityId;
  readonly reason: string;
  /** one of the doctor's kinds of visit; empty where she names none */
  readonly kind: string;
  readonly wishes: readonly WishChoice[];
  /** only times in the part of the day of the one asked for will do */
  readonly samePart: boolean;
  /** the last date that is of use; empty: any */
  readonly usefulUntil: CalendarDate;
}

/** Whether the last date that is of use is one: not before the day that was asked for. */
export function isUsefulDate({ usefulUntil }: Pick<BookingForm, "usefulUntil">, start: Start): boolean {
  return usefulUntil === "" || usefulUntil >= start.slice(0, 10);
}

/** What is asked of the server. What somebody left empty is not said. */
export function bookInputOf(form: BookingForm, doctor: EntityId, start: Start): BookInput {
  const { patient, kind, wishes, samePart, usefulUntil } = form;
  const reason = form.reason.trim();
  return {
    doctor,
    patient,
    start,
    ifTaken: [...ifTakenOf(wishes, samePart ? partOf(start) : undefined)],
    ...(reason === "" ? {} : { reason }),
    ...(kind === "" ? {} : { visit: kind }),
    ...(usefulUntil === "" ? {} : { usefulUntil: usefulUntilOf(usefulUntil, start) }),
  };
}
