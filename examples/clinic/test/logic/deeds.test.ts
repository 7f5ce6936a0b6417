import { describe, expect, test } from "vitest";
import { deedsOf } from "../../src/logic/deeds.ts";
import { NOW, ROSE, visit } from "../support/day.ts";

describe("what the desk can do", () => {
  test("with who is booked later today: check in, note that she was seen, move, cancel", () => {
    expect(deedsOf(visit(ROSE, "10:00"), NOW)).toEqual(["checkIn", "complete", "move", "cancel"]);
  });

  test("nobody has missed an appointment that has not begun", () => {
    expect(deedsOf(visit(ROSE, "08:20"), NOW)).toContain("missed");
    expect(deedsOf(visit(ROSE, "08:40"), NOW)).not.toContain("missed");
  });

  test("nobody is checked in days ahead", () => {
    const tomorrow = visit(ROSE, "10:00", { start: "2026-12-01T10:00+03:00" });
    expect(deedsOf(tomorrow, NOW)).toEqual(["move", "cancel"]);
  });

  test("who is here is called and seen; a check-in that was wrong is taken back", () => {
    expect(deedsOf(visit(ROSE, "09:00", { status: "arrived" }), NOW)).toEqual([
      "call",
      "complete",
      "undoCheckIn",
      "cancel",
    ]);
  });

  test("a number in the queue has no appointment to go back to", () => {
    expect(deedsOf(visit(ROSE, "08:20", { status: "arrived", queue: 4 }), NOW)).not.toContain("undoCheckIn");
  });

  test("what waits for the clinic's word is confirmed or cancelled, until it is over", () => {
    const pending = visit(ROSE, "10:00", { status: "pending", awaits: "clinic", until: NOW + 1 });
    expect(deedsOf(pending, NOW)).toEqual(["confirm", "cancel"]);
    expect(deedsOf(pending, NOW + 1)).toEqual([]);
  });

  test("who came after all is checked in late; what is finished stays as it is", () => {
    expect(deedsOf(visit(ROSE, "08:20", { status: "noshow" }), NOW)).toEqual(["checkIn", "complete"]);
    expect(deedsOf(visit(ROSE, "08:20", { status: "fulfilled" }), NOW)).toEqual([]);
  });

  test("what is queued already is offered no more, taken back it is offered anew", () => {
    const booked = visit(ROSE, "10:00");
    const asked = (type: string) => ({ type, input: { appointment: booked.id } });
    const another = { type: "appointment.checkIn", input: { appointment: visit(ROSE, "10:20").id } };
    // Where too little is held to show her as arrived the queue alone knows of it.
    expect(deedsOf(booked, NOW, [asked("appointment.checkIn"), another])).not.toContain("checkIn");
    expect(deedsOf(booked, NOW, [another])).toContain("checkIn");
    const takenBack = [asked("appointment.checkIn"), asked("appointment.undoCheckIn")];
    expect(deedsOf(booked, NOW, takenBack)).toContain("checkIn");
  });

  test("who was called can be called again, who was moved can be moved again", () => {
    const booked = visit(ROSE, "10:00");
    const moved = { type: "appointment.reschedule", input: { appointment: booked.id } };
    expect(deedsOf(booked, NOW, [moved])).toContain("move");
    expect(deedsOf({ ...booked, status: "arrived" }, NOW, [])).toContain("call");
  });
});
