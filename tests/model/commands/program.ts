import * as fc from "fast-check";

/**
 * What people do, as fast-check draws it: who asks for what in which order, with which accidents on the way. It names patients and appointments by how many were asked
 * for since, of those that are the person's business (`ANY`: of all); ids come when it is run.
 */
export type Command =
  | { readonly do: "register"; readonly where: "own" | "other" | "nowhere" }
  | {
      readonly do: "book";
      readonly doctor: number;
      readonly patient: number;
      readonly at: Time;
      readonly ifTaken: readonly WishDrawn[];
    }
  | {
      readonly do: "reschedule";
      readonly appointment: number;
      readonly at: Time;
      readonly ifTaken: readonly WishDrawn[];
    }
  | { readonly do: "cancel" | "checkIn" | "complete" | "markMissed"; readonly appointment: number }
  | { readonly do: "setHours"; readonly doctor: number; readonly week: number }
  | { readonly do: "except"; readonly doctor: number; readonly day: number; readonly hours: number };

export interface Time {
  readonly day: number;
  readonly time: string;
}

export interface WishDrawn {
  readonly wish: "sameDay" | "sameDoctor" | "giveUp";
  readonly days?: number;
}

/** Operations that a person sends together. */
export interface Chunk {
  readonly commands: readonly { readonly command: Command; readonly needsTheOneBefore: boolean }[];
  /** which server */
  readonly via: number;
  /** - `twice`: the network doubles it, and the other one goes to another server at once
   * - `again`: an earlier one comes once more at the same time
   * - `fork`: a copy of the device sends something else at the same numbers at once
   * - `reuse`: something else comes at a number that was used long ago */
  readonly accident: "none" | "twice" | "again" | "fork" | "reuse";
}

/** People do their chunks one after another, all people at once; then some hours go by. */
export interface Phase {
  readonly people: readonly (readonly Chunk[])[];
  readonly hoursLater: number;
}

export const PEOPLE = 5;
export const DOCTORS = 2;
export const CLINICS = 2;
export const DAYS = 3;
/** Drawn for a patient or an appointment: whosever it is. */
export const ANY = 5;

/** Weeks a doctor can have, from dense to none. */
export const WEEKS = [
  { slotMinutes: 20, bufferMinutes: 0, hours: [{ from: "08:00", to: "17:00" }] },
  {
    slotMinutes: 30,
    bufferMinutes: 10,
    hours: [
      { from: "08:00", to: "12:00" },
      { from: "13:00", to: "18:00" },
    ],
  },
  { slotMinutes: 60, bufferMinutes: 0, hours: [{ from: "00:00", to: "24:00" }] },
  { slotMinutes: 15, bufferMinutes: 5, hours: [{ from: "09:10", to: "11:00" }] },
] as const;

export const SINGLE_DAYS = [[], [{ from: "08:00", to: "10:00" }], [{ from: "06:20", to: "23:00" }]] as const;

const doctor = fc.nat(DOCTORS - 1);
const one = fc.nat(ANY);
/** Few times, so that people meet. */
const time = fc.record({
  day: fc.constantFrom(0, 0, 1, 1, 1, 2),
  time: fc.constantFrom(
    "08:00",
    "08:20",
    "08:40",
    "09:00",
    "09:00",
    "10:00",
    "10:00",
    "13:00",
    "09:10",
    "23:00",
  ),
});
const ifTaken = fc.array(
  fc.oneof<fc.Arbitrary<WishDrawn>[]>(
    fc.constant({ wish: "sameDay" }),
    fc.integer({ min: 1, max: 2 }).map((days) => ({ wish: "sameDoctor" as const, days })),
    fc.constant({ wish: "giveUp" }),
  ),
  { maxLength: 2 },
);

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("register" as const),
      where: fc.constantFrom(
        "own" as const,
        "own" as const,
        "own" as const,
        "other" as const,
        "nowhere" as const,
      ),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant("book" as const), doctor, patient: one, at: time, ifTaken }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("reschedule" as const), appointment: one, at: time, ifTaken }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("cancel", "checkIn", "complete", "markMissed"),
      appointment: one,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("setHours" as const), doctor, week: fc.nat(WEEKS.length - 1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("except" as const),
      doctor,
      day: fc.nat(DAYS - 1),
      hours: fc.nat(SINGLE_DAYS.length - 1),
    }),
  },
);

const chunk: fc.Arbitrary<Chunk> = fc.record({
  commands: fc.array(fc.record({ command, needsTheOneBefore: fc.nat(9).map((drawn) => drawn === 9) }), {
    minLength: 1,
    maxLength: 5,
    size: "max",
  }),
  via: fc.nat(2),
  accident: fc.oneof(
    { weight: 9, arbitrary: fc.constant("none" as const) },
    {
      weight: 4,
      arbitrary: fc.constantFrom("twice" as const, "again" as const, "fork" as const, "reuse" as const),
    },
  ),
});

export const program: fc.Arbitrary<readonly Phase[]> = fc.array(
  fc.record({
    people: fc.array(fc.array(chunk, { maxLength: 3, size: "max" }), {
      minLength: PEOPLE,
      maxLength: PEOPLE,
    }),
    hoursLater: fc.constantFrom(0, 1, 13, 26),
  }),
  { minLength: 1, maxLength: 3, size: "max" },
);
