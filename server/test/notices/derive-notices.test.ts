import type { Appointment, AppointmentStatus } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { deriveNotices } from "../../src/notices/derive-notices.ts";
import { APPOINTMENT, PLAN } from "./support.ts";

const at = (text: string): number => Date.parse(text);
/** Four days before the appointment, in the morning. */
const NOW = at("2026-11-20T10:00+03:00");

const as = (status: AppointmentStatus | "none", start = APPOINTMENT.start): Appointment | undefined =>
  status === "none" ? undefined : { ...APPOINTMENT, status, start };

function told(before: AppointmentStatus | "none", after: AppointmentStatus, now = NOW, moved?: string) {
  const entity = as(after, moved) ?? APPOINTMENT;
  const { drops, notices } = deriveNotices(as(before), entity, now, PLAN);
  return { drops, kinds: notices.map(({ kind }) => kind) };
}

const REMINDED = ["reminder", "reminder"];

describe("what a change of an appointment tells its patient", () => {
  test.each<[AppointmentStatus | "none", AppointmentStatus, readonly string[], boolean]>([
    ["none", "booked", ["confirmation", ...REMINDED], false],
    ["none", "pending", [], false],
    ["none", "waitlist", [], false],
    ["none", "cancelled", [], false],
    ["pending", "booked", ["confirmation", ...REMINDED], true],
    ["waitlist", "booked", ["confirmation", ...REMINDED], true],
    ["waitlist", "pending", [], false],
    ["pending", "cancelled", ["cancellation"], true],
    ["waitlist", "cancelled", ["cancellation"], true],
    ["pending", "expired", ["expiry"], true],
    ["waitlist", "expired", ["expiry"], true],
    ["booked", "cancelled", ["cancellation"], true],
    ["booked", "arrived", [], true],
    ["booked", "fulfilled", [], true],
    ["booked", "noshow", [], true],
    ["arrived", "fulfilled", [], false],
    ["arrived", "cancelled", [], true],
    ["noshow", "arrived", [], false],
    ["booked", "booked", [], false],
  ])("%s -> %s", (before, after, kinds, drops) => {
    expect(told(before, after)).toEqual({ kinds, drops });
  });

  test("a time that is offered from the waiting list is told of; one that somebody holds while she chooses is not, nor that it ran out", () => {
    const wants = { from: "2026-11-24", to: "2026-11-24", since: NOW, until: NOW + 90_000_000 };
    const pending = {
      ...APPOINTMENT,
      status: "pending" as const,
      awaits: "patient" as const,
      until: NOW + 3_600_000,
    };
    const waiting = { ...APPOINTMENT, status: "waitlist" as const, wants };
    const kinds = (before: Appointment | undefined, after: Appointment) =>
      deriveNotices(before, after, NOW, PLAN).notices.map(({ kind }) => kind);
    expect(kinds(waiting, { ...pending, wants })).toEqual(["offer"]);
    expect(kinds({ ...pending, wants }, waiting)).toEqual([]);
    expect(kinds({ ...pending, wants }, APPOINTMENT)).toEqual(["confirmation", ...REMINDED]);
    expect(kinds(undefined, pending)).toEqual([]);
    expect(kinds(pending, { ...APPOINTMENT, status: "expired" })).toEqual([]);
    expect(kinds(pending, { ...APPOINTMENT, status: "cancelled" })).toEqual([]);
  });

  test("a check-in that is taken back reminds again, and confirms where nobody was told before; another doctor at the same hour is a change", () => {
    const kinds = (before: Appointment, after: Appointment) =>
      deriveNotices(before, after, NOW, PLAN).notices.map(({ kind, unlessTold }) =>
        unlessTold === true ? `${kind}?` : kind,
      );
    expect(kinds({ ...APPOINTMENT, status: "arrived" }, APPOINTMENT)).toEqual(["confirmation?", ...REMINDED]);
    expect(kinds({ ...APPOINTMENT, doctor: "aVdxT2lHdVNyQ2Rm.99" }, APPOINTMENT)).toEqual([
      "change",
      ...REMINDED,
    ]);
  });

  test("a move is told of as one, with reminders of the new time", () => {
    expect(told("booked", "booked", NOW, "2026-11-25T09:20+03:00")).toEqual({
      kinds: ["change", ...REMINDED],
      drops: true,
    });
  });

  test("a cancellation speaks of the time that was agreed", () => {
    const { notices } = deriveNotices(as("booked"), { ...APPOINTMENT, status: "cancelled" }, NOW, PLAN);
    expect(notices).toMatchObject([{ startAt: at(APPOINTMENT.start), occasion: NOW }]);
  });

  test("a reminder whose time has passed is not made", () => {
    expect(told("none", "booked", at("2026-11-23T10:00+03:00")).kinds).toEqual(["confirmation", "reminder"]);
    expect(told("none", "booked", at("2026-11-24T08:00+03:00")).kinds).toEqual(["confirmation"]);
  });

  test("two reminders that quiet hours put on one instant are one", () => {
    const early = { ...APPOINTMENT, start: "2026-11-24T06:30+03:00" };
    const plan = { ...PLAN, reminderMinutes: [120, 180] };
    const { notices } = deriveNotices(undefined, early, NOW, plan);
    expect(notices.map(({ kind, nextAt }) => [kind, new Date(nextAt).toISOString()])).toEqual([
      ["confirmation", "2026-11-20T07:00:00.000Z"],
      ["reminder", "2026-11-23T18:00:00.000Z"],
    ]);
  });
});
