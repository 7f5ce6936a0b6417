import { sheetId } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { doctorWeek, type Holder, patientWeek } from "../../src/schedule/index.ts";
import { doctor, sheet, slot, wanjiru } from "../support/clinic.ts";
import { scene, useNetwork } from "../support/scene.ts";

useNetwork();

describe("a week on the device", () => {
  test("shows what is queued as waiting, and its slot as taken", async () => {
    const hb = await scene().ready();
    const { id } = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(2) });
    const days = doctorWeek(hb, doctor.id, { from: "2026-11-23" });
    expect(days.map(({ date }) => date)).toEqual([23, 24, 25, 26, 27, 28, 29].map((day) => `2026-11-${day}`));
    expect(days[0]?.appointments).toMatchObject([{ id, patient: wanjiru.id, waiting: true }]);
    expect(days[0]?.slots?.map(({ state }) => state).slice(0, 4)).toEqual(["free", "free", "busy", "free"]);
    expect(
      patientWeek(hb, wanjiru.id, { from: "2026-11-22", days: 2 }).map(
        ({ appointments }) => appointments.length,
      ),
    ).toEqual([0, 1]);
  });

  test("says of a day whose sheet is not held that it is not held, not that it is empty", async () => {
    const hb = await scene().ready();
    const [held, missing] = doctorWeek(hb, doctor.id, { from: "2026-11-23", days: 2 });
    expect([held?.slots?.length, missing?.slots]).toEqual([12, undefined]);
  });

  test("says of a day without a sheet that she has no hours, where all of her calendar was read", async () => {
    const { server, ready } = scene();
    server.put("sheet", { ...sheet, id: sheetId(doctor.id, "2026-11-26"), runs: [] });
    const hb = await ready();
    const lengths = (holder: Holder) =>
      doctorWeek(holder, doctor.id, { from: "2026-11-22", days: 6 }).map(({ slots }) => slots?.length);
    expect(lengths(hb)).toEqual([undefined, 12, 0, 0, 0, undefined]);
    const partly: Holder = {
      get: (kind, id) => hb.get(kind, id),
      list: (kind, filter) => hb.list(kind, filter),
      isComplete: () => false,
    };
    expect(lengths(partly)).toEqual([undefined, 12, undefined, undefined, 0, undefined]);
  });

  test("leaves out what was cancelled, and gives its slot back", async () => {
    const hb = await scene().ready();
    const { id } = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(2) });
    await hb.cancel({ appointment: id });
    const [day] = doctorWeek(hb, doctor.id, { from: "2026-11-23", days: 1 });
    expect([day?.appointments, day?.slots?.[2]?.state]).toEqual([[], "free"]);
  });
});
