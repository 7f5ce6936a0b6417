import type { Held, Waiting } from "@healthbridge/client-sdk";
import { expect, test } from "vitest";
import { agendaOf } from "../src/logic/agenda.ts";
import { moveReference } from "../src/logic/certainty.ts";

const NOW = Date.parse("2026-11-30T06:00:00Z");
const MOMENT = { now: NOW, heardLately: false };

function appointment(
  at: number,
  start: string,
  more: Partial<Held<"appointment">> = {},
): Held<"appointment"> {
  return {
    id: `appointmentappoi.${at}`,
    doctor: "doctordoctordoct.1",
    clinic: "clinicclinicclin.1",
    patient: "patientpatientpa.1",
    start,
    minutes: 20,
    zone: "Africa/Nairobi",
    status: "booked",
    ...more,
  };
}

const numbers = (lines: ReadonlyArray<{ readonly id: string }>) =>
  lines.map(({ id }) => Number(id.split(".")[1]));

test("what wants an answer comes first, then what is ahead by time, then what was, the newest first", () => {
  const offer = {
    status: "pending",
    awaits: "patient",
    until: NOW + 1,
    wants: { from: "", to: "", since: 0, until: 0 },
  } as const;
  const agenda = agendaOf(
    [
      appointment(1, "2026-12-02T09:00+03:00"),
      appointment(2, "2026-12-01T09:00+03:00"),
      appointment(3, "2026-11-01T09:00+03:00", { status: "fulfilled" }),
      appointment(4, "2026-11-20T09:00+03:00", { status: "cancelled" }),
      appointment(5, "2026-12-05T09:00+03:00", offer),
    ],
    [],
    MOMENT,
  );
  expect(numbers(agenda.asked)).toEqual([5]);
  expect(numbers(agenda.ahead)).toEqual([2, 1]);
  expect(numbers(agenda.past)).toEqual([4, 3]);
});

test("one that began an hour ago is ahead still, and one that was cancelled here stays until that is sent", () => {
  const cancel: Waiting = {
    id: "operationoperati.1",
    type: "appointment.cancel",
    input: { appointment: "appointmentappoi.2" },
    lane: "normal",
    madeAt: NOW,
    forecast: "applied",
  };
  const { ahead } = agendaOf(
    [
      appointment(1, "2026-11-30T08:00+03:00"),
      appointment(2, "2026-12-01T09:00+03:00", { status: "cancelled", waiting: true }),
    ],
    [cancel],
    MOMENT,
  );
  expect(numbers(ahead)).toEqual([1, 2]);
});

test("a booking that waits is shown also where the phone foresees nothing", () => {
  const booking: Waiting = {
    id: "appointmentappoi.9",
    type: "appointment.book",
    input: { doctor: "doctordoctordoct.1", patient: "patientpatientpa.1", start: "2026-12-01T09:00+03:00" },
    lane: "normal",
    madeAt: NOW,
    forecast: "rejected",
    problem: { code: "slot_taken" },
  };
  expect(agendaOf([], [booking], MOMENT).ahead).toMatchObject([
    { id: "appointmentappoi.9", certainty: { key: "bookDoubtful", doubt: "slot_taken" } },
  ]);
});

test("one whose cancellation waits is listed at the time at which she is still awaited", () => {
  const change = { lane: "normal", madeAt: NOW, forecast: "applied" } as const;
  const moved = { appointment: "appointmentappoi.1", start: "2026-12-02T14:40+03:00" };
  const waiting: Waiting[] = [
    {
      ...change,
      id: "operationoperati.1",
      type: "appointment.reschedule",
      input: moved,
      ref: moveReference("a1b2", "2026-12-03T16:00+03:00"),
    },
    { ...change, id: "operationoperati.2", type: "appointment.cancel", input: moved },
  ];
  const held = appointment(1, moved.start, { status: "cancelled", waiting: true });
  expect(agendaOf([held], waiting, MOMENT).ahead).toMatchObject([{ start: "2026-12-03T16:00+03:00" }]);
});
