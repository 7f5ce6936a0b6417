import { expect, test } from "vitest";
import { useNetwork, scene } from "./support/scene.ts";
import { doctor, otieno, sheet, slot, wanjiru } from "./support/clinic.ts";

useNetwork();

test("a booking made offline shows at once, settles when the network is there, and costs no echo", async () => {
  const { server, ready } = scene();
  const hb = await ready();
  expect(hb.get("sheet", sheet.id)).toEqual(sheet);
  const booked = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: "2026-11-23T06:20Z" });
  expect(booked.forecast).toBe("applied");
  expect(hb.get("appointment", booked.id)).toMatchObject({ start: slot(1), waiting: true });
  expect(hb.get("sheet", sheet.id)?.runs[0]?.[4]).toBe("fbffffffffff");
  const report = await hb.sync();
  expect(report).toMatchObject({ done: true, applied: 1, rejected: 0, waiting: 0, pulled: 0 });
  expect(hb.get("appointment", booked.id)).toEqual({ ...server.get("appointment", booked.id) });
  expect(hb.get("sheet", sheet.id)).toEqual(server.get("sheet", sheet.id));
  expect(await hb.outcomes()).toMatchObject([{ id: booked.id, status: "applied" }]);
});

test("the forecast says rejected where the device knows better, and the server's answer is what counts", async () => {
  const { server, ready } = scene();
  const hb = await ready();
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  const second = await hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(0) });
  expect(second).toMatchObject({ forecast: "rejected", problem: { code: "slot_taken" } });
  expect(await hb.sync()).toMatchObject({ applied: 1, rejected: 1, done: true });
  expect(hb.get("sheet", sheet.id)).toEqual(server.get("sheet", sheet.id));
});
