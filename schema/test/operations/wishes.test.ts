import { describe, expect, test } from "vitest";
import {
  type Appointment,
  findTime,
  type Found,
  type Request,
  type Sheet,
  type Wish,
} from "../../src/index.ts";
import { DOCTOR, sheetOf } from "../support/sheets.ts";

const CLINIC = "aVdxT2lHdVNyQ2Rm.7";
/** 2025-02-19 08:00 at the doctor's wall (+03:00), in minutes since 1970. */
const EIGHT = Date.UTC(2025, 1, 19, 5) / 60_000;
const today = (letters: string): Sheet => sheetOf([[EIGHT, 180, 20, 20, letters]]);
const day = (offset: number, letters: string): Sheet =>
  sheetOf([[EIGHT + offset * 1_440, 180, 20, 20, letters]], `2025-02-${19 + offset}`);

function ask(sheets: readonly Sheet[], ifTaken: readonly Wish[] = [], more: Partial<Request> = {}): Found {
  return findTime({
    state: { get: () => undefined },
    waitingList: undefined,
    doctor: { id: DOCTOR, name: "Dr. Amina", clinic: CLINIC, specialities: ["surgery"], languages: ["sw"] },
    patient: "aVdxT2lHdVNyQ2Rm.6",
    visit: undefined,
    usefulUntil: undefined,
    keeper: () => false,
    start: "2025-02-19T08:20+03:00",
    ifTaken,
    sheet: (id) => sheets.find((sheet) => sheet.id === id),
    agenda: [],
    now: 0,
    ...more,
  });
}

describe("finding a slot", () => {
  test("what was asked for, where it is free", () => {
    expect(ask([today("fff")])).toMatchObject({
      time: { slots: [{ start: "2025-02-19T08:20+03:00" }] },
      wish: 0,
      missed: [],
    });
  });

  test("the same instant in UTC finds the same slot", () => {
    expect(ask([today("fff")], [], { start: "2025-02-19T05:20Z" })).toMatchObject({
      time: { slots: [{ start: "2025-02-19T08:20+03:00" }] },
      wish: 0,
    });
  });

  test("taken and without wishes: why, and the nearest alternatives", () => {
    expect(ask([today("fbfff")])).toEqual({
      kind: "none",
      missed: [{ wish: 0, code: "slot_taken" }],
      alternatives: ["2025-02-19T08:00+03:00", "2025-02-19T08:40+03:00", "2025-02-19T09:00+03:00"],
    });
  });

  test.each([
    ["h", "slot_taken"],
    ["b", "slot_taken"],
    ["x", "slot_not_offered"],
  ])("a slot of state %s is refused as %s", (letter, code) => {
    expect(ask([today(`f${letter}`)]).missed).toEqual([{ wish: 0, code }]);
  });

  test("no such slot, no such day", () => {
    expect(ask([today("f")]).missed).toEqual([{ wish: 0, code: "slot_not_offered" }]);
    expect(ask([])).toEqual({
      kind: "none",
      missed: [{ wish: 0, code: "slot_not_offered" }],
      alternatives: [],
    });
  });

  test("wishes come true in their order", () => {
    const sheets = [today("bbb"), day(1, "bb"), day(2, "bf")];
    expect(
      ask(sheets, [{ wish: "sameDay" }, { wish: "sameDoctor", days: 1 }, { wish: "sameDoctor", days: 3 }]),
    ).toMatchObject({
      time: { slots: [{ start: "2025-02-21T08:20+03:00" }] },
      wish: 3,
      missed: [
        { wish: 0, code: "slot_taken" },
        { wish: 1, code: "slot_taken" },
        { wish: 2, code: "slot_taken" },
      ],
    });
  });

  test("sameDay takes the nearest, sameDoctor the first of the first day", () => {
    expect(ask([today("fbf")], [{ wish: "sameDay" }])).toMatchObject({
      time: { slots: [{ start: "2025-02-19T08:00+03:00" }] },
      wish: 1,
    });
    expect(ask([today("bbb"), day(1, "bff")], [{ wish: "sameDoctor", days: 5 }])).toMatchObject({
      time: { slots: [{ start: "2025-02-20T08:20+03:00" }] },
    });
  });

  test("after giveUp nothing is looked at", () => {
    expect(ask([today("fb")], [{ wish: "giveUp" }, { wish: "sameDay" }])).toMatchObject({
      kind: "none",
      missed: [{ wish: 0 }],
    });
  });

  test("no slot in the past, and none beside another appointment of the patient", () => {
    const now = (EIGHT + 30) * 60_000;
    expect(ask([today("fff")], [{ wish: "sameDay" }], { now })).toMatchObject({
      time: { slots: [{ start: "2025-02-19T08:40+03:00" }] },
      missed: [{ wish: 0, code: "start_passed" }],
    });
    const other: Appointment = {
      id: "aVdxT2lHdVNyQ2Rm.9",
      doctor: "aVdxT2lHdVNyQ2Rm.8",
      clinic: "aVdxT2lHdVNyQ2Rm.7",
      patient: "aVdxT2lHdVNyQ2Rm.6",
      start: "2025-02-19T05:10Z",
      minutes: 20,
      zone: "Africa/Nairobi",
      status: "booked",
    };
    expect(ask([today("ffff")], [{ wish: "sameDay" }], { agenda: [other] })).toMatchObject({
      time: { slots: [{ start: "2025-02-19T08:40+03:00" }] },
      missed: [{ wish: 0, code: "patient_busy" }],
    });
  });

  test("days are looked up only as far as needed", () => {
    const asked: string[] = [];
    ask([], [{ wish: "sameDoctor", days: 28 }], {
      sheet: (id) => {
        asked.push(id);
        return [today("bbb"), day(1, "f")].find((sheet) => sheet.id === id);
      },
    });
    expect(asked).toEqual([`${DOCTOR}/2025-02-19`, `${DOCTOR}/2025-02-20`]);
  });
});
