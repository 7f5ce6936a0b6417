import {
  addDays,
  dateFromDays,
  daysFromDate,
  type EntityId,
  formatStart,
  type InputOf,
  MINUTE_MS,
  type Start,
} from "@healthbridge/schema";

/** Kenya's clocks have no summer time. */
const OFFSET_MINUTES = 180;
const AHEAD_DAYS = 2;
const DAYS_OF_WEEK = 7;
/** 1970-01-01 was one: days since then, plus this, are divisible by seven on a Monday. */
const THURSDAY = 3;
const SATURDAY = 5;

/** Those who ask, and whom they ask for. */
export interface DemoPeople {
  readonly doctor: (place: number) => EntityId;
  readonly patient: (place: number) => EntityId;
  readonly child: (place: number) => EntityId;
}

type Booking = InputOf<"appointment.book">;

/** What has been asked for before anybody signs in. */
export interface DemoRequests {
  /** booked by the clinic, before the family asks; the first is cancelled after it has */
  readonly booked: readonly Booking[];
  /** asked for by the demo's patient: one the clinic has to confirm, one for whom a time comes free, two that are booked */
  readonly family: readonly Booking[];
}

/** How many the clinic has booked. */
export const BOOKED_BY_DESK = 4;
/** Which of these the clinic and the demo's doctor write about. */
export const TALKED_ABOUT_BY_DESK = 2;
/** How many the family has asked for; the last is with the demo's doctor. */
export const BOOKED_BY_FAMILY = 4;

/** Makes requests up, all for one working day soon: in the afternoon, so that the mornings are free to try. */
export function planRequests({ doctor, patient, child }: DemoPeople, now: number): DemoRequests {
  const date = workdayAfter(formatStart(Math.floor(now / MINUTE_MS), OFFSET_MINUTES).slice(0, 10));
  const at = (time: string): Start => `${date}T${time}+03:00`;
  const [general, confirming, paediatrician] = [doctor(0), doctor(1), doctor(2)];
  return {
    booked: [
      { doctor: confirming, patient: patient(0), start: at("14:00") },
      { doctor: general, patient: patient(1), start: at("14:00"), visit: "follow-up" },
      { doctor: general, patient: patient(2), start: at("14:40"), visit: "follow-up" },
      { doctor: paediatrician, patient: patient(3), start: at("15:00") },
    ],
    family: [
      { doctor: confirming, patient: child(0), start: at("15:00") },
      {
        doctor: confirming,
        patient: child(1),
        start: at("14:00"),
        ifTaken: [{ wish: "waitingList", days: 2 }],
      },
      { doctor: paediatrician, patient: child(2), start: at("14:00") },
      { doctor: general, patient: child(2), start: at("16:00"), visit: "follow-up" },
    ],
  };
}

/** The first Monday to Friday at least two days after a date. */
function workdayAfter(date: string): string {
  const soon = daysFromDate(addDays(date, AHEAD_DAYS));
  const weekday = (soon + THURSDAY) % DAYS_OF_WEEK;
  return dateFromDays(weekday < SATURDAY ? soon : soon + DAYS_OF_WEEK - weekday);
}
