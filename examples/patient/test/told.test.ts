import type { Outcome } from "@healthbridge/client-sdk";
import { expect, test } from "vitest";
import { inWords, toTell } from "../src/logic/told.ts";

function outcome(type: string, more: Partial<Outcome> = {}): Outcome {
  return { id: `${type}.1`, type, input: {}, status: "applied", lane: "normal", madeAt: 0, ...more };
}

test("what became of a booking is told, with the times that could be had where it was refused", () => {
  const problem = { code: "slot_taken", alternatives: ["2026-12-01T09:20+03:00"] } as const;
  const { shown } = toTell([
    outcome("appointment.book", {
      status: "rejected",
      problem: { ...problem, alternatives: [...problem.alternatives] },
    }),
  ]);
  expect(shown).toMatchObject([{ done: false, appointment: undefined, instead: ["2026-12-01T09:20+03:00"] }]);
});

test("what was booked leads to the appointment", () => {
  expect(toTell([outcome("appointment.book")]).shown).toMatchObject([
    { done: true, appointment: "appointment.book.1" },
  ]);
  const moved = outcome("appointment.reschedule", { input: { appointment: "a.1" } });
  expect(toTell([moved]).shown).toMatchObject([{ appointment: "a.1" }]);
});

test("a profile that was saved as asked needs no word, one that was not needs one", () => {
  const { shown, quiet } = toTell([
    outcome("patient.update"),
    outcome("patient.register", { status: "rejected", problem: { code: "forbidden" } }),
  ]);
  expect(quiet).toEqual(["patient.update.1"]);
  expect(shown.map(({ id }) => id)).toEqual(["patient.register.1"]);
});

test("lines of a conversation are told by the conversation", () => {
  expect(toTell([outcome("message.send", { status: "rejected" })])).toEqual({ shown: [], quiet: [] });
});

test("times that can be pressed are not said once more in the line", () => {
  const problem = { code: "slot_taken", alternatives: ["2026-12-01T09:20+03:00"] };
  const input = { patient: "patientpatientpa.1" };
  const [told] = toTell([outcome("appointment.book", { status: "rejected", problem, input })]).shown;
  expect(told?.patient).toBe("patientpatientpa.1");
  expect(told && inWords(told).problem).toEqual({ code: "slot_taken" });
});
