import { HealthBridge } from "@healthbridge/client-sdk";
import { expect, test } from "vitest";
import { bookInputOf, type BookingForm, isUsefulDate } from "../src/logic/booking.ts";
import { USUAL_WISHES } from "../src/logic/wishes.ts";

const START = "2026-12-01T14:20+03:00";
const FORM: BookingForm = {
  patient: "patientpatientpa.1",
  reason: "",
  kind: "",
  wishes: USUAL_WISHES,
  samePart: false,
  usefulUntil: "",
};
const inputOf = (form: Partial<BookingForm>) =>
  bookInputOf({ ...FORM, ...form }, "doctordoctordoct.1", START);

test("what she left empty is not said", () => {
  expect(inputOf({ reason: "  " })).toEqual({
    doctor: "doctordoctordoct.1",
    patient: FORM.patient,
    start: START,
    ifTaken: [{ wish: "sameDay" }, { wish: "sameDoctor", days: 7 }],
  });
});

test("everything she said is", () => {
  const input = inputOf({ reason: " cough ", kind: "first", samePart: true, usefulUntil: "2026-12-04" });
  expect(input).toMatchObject({
    reason: "cough",
    visit: "first",
    usefulUntil: "2026-12-04T23:59+03:00",
    ifTaken: [
      { wish: "sameDay", partOfDay: "afternoon" },
      { wish: "sameDoctor", partOfDay: "afternoon" },
    ],
  });
  expect(HealthBridge.check("appointment.book", input)).toBeUndefined();
});

test("a day before the one asked for is of no use as the last", () => {
  expect(isUsefulDate({ usefulUntil: "" }, START)).toBe(true);
  expect(isUsefulDate({ usefulUntil: "2026-12-01" }, START)).toBe(true);
  expect(isUsefulDate({ usefulUntil: "2026-11-30" }, START)).toBe(false);
});
