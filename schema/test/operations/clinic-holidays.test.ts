import { expect, test } from "vitest";
import type { State } from "../../src/operations/definition.ts";
import { setHolidays } from "../../src/operations/clinic-holidays.ts";
import { LIMITS } from "../../src/protocol/limits.ts";
import { addDays } from "../../src/time.ts";

const CLINIC = "iJLXbyhyRwK0Ctyk.1";
const NOW = Date.parse("2026-12-01T08:00Z");

/** What becomes of holidays on so many dates at a clinic with so many doctors. */
function ask(doctors: number, dates: number, first = 1) {
  const found: Readonly<Record<string, unknown>> = {
    clinic: { id: CLINIC, name: "Kitui", zone: "Africa/Nairobi" },
    clinicDoctors: Array.from({ length: doctors }, (_, at) => `doctorOfKitui___.${String(at + 1)}`),
  };
  const state = { get: (kind: string) => found[kind] } as State;
  const holidays = Array.from({ length: dates }, (_, at) => ({
    date: addDays("2026-12-01", first + at),
    name: "Closed",
  }));
  const actor = { account: "accountOfNobody_.1", role: "staff" as const, clinics: [CLINIC] };
  return setHolidays(state, { clinic: CLINIC, holidays }, { actor, now: NOW, id: "operationOfHers_.1" });
}

test("as many days are closed in one operation as fit one transaction; more are refused, and can be closed in several", () => {
  const most = LIMITS.holidaySheets / 20;
  expect(ask(20, most)).toMatchObject({ status: "applied" });
  expect(ask(20, most + 1)).toMatchObject({
    status: "rejected",
    problem: { code: "too_large", path: "input.holidays" },
  });
});

test("dates for which there are no day sheets yet do not count", () => {
  expect(ask(LIMITS.doctorsPerClinic, LIMITS.holidays, LIMITS.sheetDays)).toMatchObject({
    status: "applied",
  });
});
