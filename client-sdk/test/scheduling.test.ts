import { describe, expect, test } from "vitest";
import { HealthBridge } from "../src/index.ts";
import { HealthBridge as Core } from "../src/core.ts";
import { useNetwork, scene } from "./support/scene.ts";
import { clinic, doctor, now, otieno, sheet, slot, wanjiru } from "./support/clinic.ts";

useNetwork();

describe("a schedule on the device", () => {
  test("a hold is asked for and confirmed; what the server made of it comes with the answer", async () => {
    const { server, ready } = scene();
    const hb = await ready();
    const held = await hb.hold({ doctor: doctor.id, patient: wanjiru.id, start: slot(1) });
    // Whether it is held only the server's clock can say.
    expect(held.forecast).toBe("unknown");
    await hb.sync();
    expect(hb.get("appointment", held.id)).toMatchObject({ status: "pending", awaits: "patient" });
    expect(hb.get("sheet", sheet.id)?.runs[0]?.[4]).toBe("fhffffffffff");
    const confirmed = await hb.confirm({ appointment: held.id });
    expect(confirmed.forecast).toBe("applied");
    expect(hb.get("appointment", held.id)).toMatchObject({ status: "booked", waiting: true });
    await hb.sync();
    expect(hb.get("appointment", held.id)).toEqual({ ...server.get("appointment", held.id) });
    expect(hb.get("sheet", sheet.id)).toEqual(server.get("sheet", sheet.id));
  });

  test("a check-in is taken back: shown at once, and settled without an echo", async () => {
    const { server, ready } = scene();
    const hb = await ready();
    const booked = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
    await hb.sync();
    const arrived = server.get("appointment", booked.id);
    if (arrived) server.put("appointment", { ...arrived, status: "arrived" });
    await hb.sync();
    await hb.undoCheckIn({ appointment: booked.id });
    expect(hb.get("appointment", booked.id)).toMatchObject({ status: "booked", waiting: true });
    expect(await hb.sync()).toMatchObject({ applied: 1, rejected: 0, pulled: 0 });
    expect(hb.get("appointment", booked.id)).toEqual({ ...server.get("appointment", booked.id) });
  });

  test("who is put on the waiting list is shown there, not as booked, from the moment the outcome is known", async () => {
    const { server, ready } = scene();
    const hb = await ready();
    await hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(0) });
    await hb.sync();
    const asked = await hb.book({
      doctor: doctor.id,
      patient: wanjiru.id,
      start: slot(0),
      ifTaken: [{ wish: "waitingList", days: 3 }],
    });
    expect(asked.forecast).toBe("unknown");
    await hb.sync();
    expect(await hb.outcomes()).toMatchObject([{}, { output: { status: "waitlist", wish: 1 } }]);
    expect(hb.get("appointment", asked.id)).toEqual({ ...server.get("appointment", asked.id) });
    expect(hb.get("appointment", asked.id)?.status).toBe("waitlist");
  });

  test("a number in the queue and a clinic's holidays are the server's to decide", async () => {
    const { server, ready } = scene();
    const today = Math.floor(now / 60_000);
    server.put("sheet", { ...sheet, id: `${doctor.id}/2026-11-20`, runs: [[today, 180, 20, 20, "fff"]] });
    const hb = await ready();
    const number = await hb.walkIn({ doctor: doctor.id, patient: wanjiru.id });
    const closed = await hb.setHolidays({
      clinic: clinic.id,
      holidays: [{ date: "2026-12-12", name: "Jamhuri Day" }],
    });
    expect([number.forecast, closed.forecast]).toEqual(["unknown", "unknown"]);
    await hb.sync();
    expect(await hb.outcomes()).toMatchObject([{ output: { queue: 1 } }, { status: "applied" }]);
    expect(hb.get("appointment", number.id)).toMatchObject({ status: "arrived", queue: 1 });
  });

  test("rules of booking bind at once on the device, too", async () => {
    const { ready } = scene();
    const hb = await ready();
    await hb.setBookingRules({ doctor: doctor.id, rules: { visits: [{ kind: "long", minutes: 40 }] } });
    const long = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(1), visit: "long" });
    expect(long.forecast).toBe("applied");
    expect(hb.get("appointment", long.id)).toMatchObject({ minutes: 40 });
    expect(hb.get("sheet", sheet.id)?.runs[0]?.[4]).toBe("fbbfffffffff");
    const none = await hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(3), visit: "surgery" });
    expect(none).toMatchObject({ forecast: "rejected", problem: { code: "visit_unknown" } });
  });
});

describe("behind hours that wait to be sent", () => {
  const booking = { doctor: doctor.id, patient: wanjiru.id, start: slot(0) };

  test("what a day off leaves to book is not foreseen; the server says it", async () => {
    const hb = await withWeek();
    await hb.exceptAvailability({ doctor: doctor.id, dates: [{ date: "2026-11-23", hours: [] }] });
    const onTheDay = await hb.book(booking);
    expect([onTheDay.forecast, onTheDay.problem]).toEqual(["unknown", undefined]);
    await hb.sync();
    expect((await hb.outcomes()).at(-1)).toMatchObject({ problem: { code: "slot_not_offered" } });
  });

  test("what new hours bring is not foreseen as refused", async () => {
    const hb = await withWeek();
    const hours = [{ from: "17:00", to: "18:00" }];
    await hb.exceptAvailability({ doctor: doctor.id, dates: [{ date: "2026-11-23", hours }] });
    const inThem = await hb.book({ ...booking, start: "2026-11-23T17:00+03:00" });
    expect([inThem.forecast, inThem.problem]).toEqual(["unknown", undefined]);
    await hb.sync();
    expect(hb.get("appointment", inThem.id)).toMatchObject({ status: "booked" });
  });

  test("another week and holidays leave as little to foresee", async () => {
    const hb = await withWeek();
    await hb.setHolidays({ clinic: clinic.id, holidays: [{ date: "2026-11-23", name: "Closed" }] });
    expect(await hb.book(booking)).toMatchObject({ forecast: "unknown" });
    await hb.sync();
    await hb.setHolidays({ clinic: clinic.id, holidays: [] });
    expect(await hb.book(booking)).toMatchObject({ forecast: "unknown" });
    await hb.sync();
    expect((await hb.outcomes()).map(({ status }) => status).slice(-4)).toEqual([
      "applied",
      "rejected",
      "applied",
      "applied",
    ]);
    await hb.setAvailability({ ...week, weekly: [] });
    expect(await hb.book({ ...booking, patient: otieno.id, start: slot(1) })).toMatchObject({
      forecast: "unknown",
    });
  });

  test("other days are foreseen as before, and so is what was booked first", async () => {
    const hb = await withWeek();
    const first = await hb.book(booking);
    await hb.exceptAvailability({ doctor: doctor.id, dates: [{ date: "2026-11-25", hours: [] }] });
    const other = await hb.book({ ...booking, patient: otieno.id, start: slot(1) });
    const onTheDay = await hb.book({ ...booking, start: "2026-11-25T09:00+03:00" });
    expect([first, other, onTheDay].map(({ forecast }) => forecast)).toEqual([
      "applied",
      "applied",
      "unknown",
    ]);
    expect(hb.waiting().map(({ forecast }) => forecast)).toEqual([
      "applied",
      "applied",
      "applied",
      "unknown",
    ]);
  });

  const week = {
    doctor: doctor.id,
    zone: "Africa/Nairobi",
    slotMinutes: 20,
    bufferMinutes: 0,
    weekly: [1, 2, 3, 4, 5].map((day) => ({ day, hours: [{ from: "09:00", to: "13:00" }] })),
  };

  async function withWeek(): Promise<HealthBridge> {
    const hb = await scene().ready();
    await hb.setAvailability(week);
    await hb.sync();
    return hb;
  }
});

describe("the core", () => {
  test("checks what every phone asks for, and leaves the desk's to the server", () => {
    const bad = { doctor: "x" };
    expect(Core.check("appointment.book", bad)).toMatchObject({ code: "malformed", path: "input.doctor" });
    expect(HealthBridge.check("availability.set", bad)).toMatchObject({ code: "malformed" });
    expect(Core.check("availability.set", bad)).toBeUndefined();
    expect(HealthBridge.check("appointment.teleport", bad)).toMatchObject({ code: "unsupported" });
  });
});
