import type { BookingRules } from "@healthbridge/schema";

const DAY_MINUTES = 1_440;

/**
 * What binds those who book with the doctors at the demo's own hospital, in their order: each shows something else. A day to answer, so that what waits for an
 * answer can still be seen in the afternoon.
 */
const AT_HOME: readonly BookingRules[] = [
  {
    visits: [
      { kind: "first", minutes: 40 },
      { kind: "follow-up", minutes: 20 },
    ],
    noticeMinutes: 60,
    overbooking: "staff",
  },
  { confirmMinutes: DAY_MINUTES, freed: "offer", offerMinutes: DAY_MINUTES },
  { freed: "give", perPatient: 2 },
  { confirmMinutes: DAY_MINUTES, visits: [{ kind: "antenatal", minutes: 20 }], perDay: 12 },
  { noticeMinutes: DAY_MINUTES, horizonDays: 28 },
];

const ELSEWHERE: BookingRules = { noticeMinutes: 120, horizonDays: 28 };
const EVERY = 4;

/** The rules of the doctor at a place in the demo's list, where she has any. */
export function rulesAt(place: number): BookingRules | undefined {
  return AT_HOME[place] ?? (place % EVERY === 0 ? ELSEWHERE : undefined);
}
