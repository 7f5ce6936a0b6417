import { describe, expect, test } from "vitest";
import { itemsOf, type ManyAsked, type ManyHeld, planMany } from "../../src/logic/many-plan.ts";
import { leased, NOW, ROSE, run, sheet, visit } from "../support/day.ts";

const NO_WISHES = { sameDay: false, sameDoctorDays: 0, anyDoctorKm: 0, waitingListDays: 0 };
const [ANNE, BEN, CAROL] = ["cGF0aWVudHBhdGll.91", "cGF0aWVudHBhdGll.92", "cGF0aWVudHBhdGll.93"];

function plan(asked: Partial<ManyAsked>, held: Partial<ManyHeld>) {
  const rows = planMany(
    { doctor: ROSE, patients: [ANNE, BEN, CAROL], wishes: NO_WISHES, ...asked },
    { sheet: sheet(ROSE, [run("09:00", "ffff")]), leased: [], visits: [], now: NOW, ...held },
  );
  return rows.map(({ time }) => ("start" in time ? `${time.kind} ${time.start.slice(11, 16)}` : time.kind));
}

describe("booking for many", () => {
  test("each gets the next free time, in the order they were chosen", () => {
    expect(plan({}, {})).toEqual(["free 09:00", "free 09:20", "free 09:40"]);
  });

  test("taken times and times before the wished one are left out", () => {
    expect(plan({ notBefore: "09:20" }, { sheet: sheet(ROSE, [run("09:00", "fbffff")]) })).toEqual([
      "free 09:40",
      "free 10:00",
      "free 10:20",
    ]);
  });

  test("this device's own times are certain", () => {
    const day = sheet(ROSE, [run("09:00", "hff")]);
    expect(plan({}, { sheet: day, leased: [leased(ROSE, "09:00", "08:59")] })[0]).toBe("own 09:00");
    expect(plan({}, { sheet: day })[0]).toBe("free 09:20");
  });

  test("a long visit takes neighbours, and not across a break", () => {
    const day = sheet(ROSE, [run("09:00", "fbf"), run("11:00", "ff")]);
    expect(plan({ visit: "first", patients: [ANNE, BEN] }, { sheet: day })).toEqual(["free 11:00", "none"]);
  });

  test("nobody is put beside her own appointment with somebody else", () => {
    const other = visit({ ...ROSE, id: "ZG9jdG9yZG9jdG9y.9" }, "09:00", { patient: ANNE });
    expect(plan({ patients: [ANNE, BEN] }, { visits: [other] })).toEqual(["free 09:20", "free 09:00"]);
  });

  test("who has an appointment with the doctor that day is not booked again", () => {
    expect(plan({ patients: [ANNE, BEN] }, { visits: [visit(ROSE, "15:00", { patient: ANNE })] })).toEqual([
      "already 15:00",
      "free 09:00",
    ]);
  });

  test("a number in the queue is no appointment: she can have one beside it", () => {
    const number = visit(ROSE, "08:25", { patient: ANNE, status: "arrived", queue: 3 });
    expect(plan({ patients: [ANNE] }, { visits: [number] })).toEqual(["free 09:00"]);
  });

  test("where the times run out the wishes have to do, and without any nothing is asked", () => {
    const day = sheet(ROSE, [run("09:00", "fb")]);
    const patients = [ANNE, BEN];
    expect(plan({ patients }, { sheet: day })).toEqual(["free 09:00", "none"]);
    expect(plan({ patients, wishes: { ...NO_WISHES, waitingListDays: 7 } }, { sheet: day })).toEqual([
      "free 09:00",
      "wishes 09:20",
    ]);
  });

  test("times that have begun are nobody's", () => {
    expect(plan({ patients: [ANNE] }, { sheet: sheet(ROSE, [run("08:20", "ff")]) })).toEqual(["free 08:40"]);
  });

  test("becomes operations with wishes and references, only of those who get something", () => {
    const asked: ManyAsked = {
      doctor: ROSE,
      patients: [ANNE, BEN],
      reason: "Vaccination",
      wishes: { ...NO_WISHES, sameDay: true },
    };
    const items = itemsOf(
      "p1",
      [
        { patient: ANNE, time: { kind: "free", start: "2026-11-30T09:00+03:00" } },
        { patient: BEN, time: { kind: "none" } },
      ],
      asked,
    );
    expect(items).toEqual([
      {
        type: "appointment.book",
        input: {
          doctor: ROSE.id,
          patient: ANNE,
          start: "2026-11-30T09:00+03:00",
          ifTaken: [{ wish: "sameDay" }],
          reason: "Vaccination",
        },
        lane: "bulk",
        ref: `many p1: ${ANNE}`,
      },
    ]);
  });
});
