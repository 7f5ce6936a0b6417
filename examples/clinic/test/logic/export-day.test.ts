import { expect, test } from "vitest";
import { readCsv } from "../../src/logic/csv.ts";
import { dayCsv } from "../../src/logic/export-day.ts";
import { DATE, patient, ROSE, visit } from "../support/day.ts";

test("the day as a table says who, when, in which state, and whether it was sent", () => {
  const anne = patient(1, "Anne", { phone: "+254700000001", cardNumber: "OP/1" });
  const text = dayCsv(
    DATE,
    [
      visit(ROSE, "09:20", { patient: anne.id, waiting: true }),
      visit(ROSE, "09:00", { patient: anne.id, status: "arrived", queue: 3, reason: "Cough" }),
      visit(ROSE, "09:00", { start: "2026-12-01T09:00+03:00" }),
    ],
    () => ROSE,
    () => anne,
  );
  const rows = readCsv(text).map((line) => ("cells" in line ? line.cells : []));
  expect(rows.slice(1)).toEqual([
    [DATE, "09:00", "3", ROSE.name, "Anne", "OP/1", "+254700000001", "Cough", "arrived", "sent"],
    [DATE, "09:20", "", ROSE.name, "Anne", "OP/1", "+254700000001", "", "booked", "waiting to be sent"],
  ]);
});
