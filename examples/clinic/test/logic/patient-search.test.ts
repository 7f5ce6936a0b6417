import { describe, expect, test } from "vitest";
import { searchPatients } from "../../src/logic/patient-search.ts";
import { patient } from "../support/day.ts";

const PATIENTS = [
  patient(1, "Akiru Lopeyok", { cardNumber: "OP/1001", phone: "+254700010001" }),
  patient(2, "John Ékal", { cardNumber: "OP/1002" }),
];

describe("finding a patient by a few letters", () => {
  test.each([
    ["lop", 1],
    ["aki lo", 1],
    ["EKAL", 2],
    ["op/1002", 2],
    ["1001", 1],
    ["0700010001", 1],
  ])("%s", (typed, number) => {
    expect(searchPatients(typed, PATIENTS, 5).map(({ id }) => id)).toEqual([PATIENTS[number - 1]?.id]);
  });

  test("every word has to fit, and nothing typed finds nobody", () => {
    expect(searchPatients("akiru ekal", PATIENTS, 5)).toEqual([]);
    expect(searchPatients(" ", PATIENTS, 5)).toEqual([]);
  });

  test("no more than there is room for", () => {
    expect(searchPatients("op", PATIENTS, 1)).toHaveLength(1);
  });
});
