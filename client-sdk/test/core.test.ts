import { expect, test } from "vitest";
import { HealthBridge as Core } from "../src/core.ts";
import { HealthBridge, memoryStore } from "../src/index.ts";
import { doctor, otieno, password, sheet, slot, wanjiru } from "./support/clinic.ts";
import { type Scene, useNetwork, scene } from "./support/scene.ts";

useNetwork();

const booking = { doctor: doctor.id, patient: wanjiru.id, start: slot(1) };

/** Opens the scene's device again, this time with the core or with the whole SDK. */
function openAs(Sdk: typeof Core, { line, runtime, disk }: Scene): Promise<Core> {
  return Sdk.open({ url: line.url, store: memoryStore(disk), runtime, autoSync: false });
}

test("the core queues offline without a forecast, shows what the server said last, and tells the outcome", async () => {
  const place = scene();
  await (await place.ready()).close();
  await using hb = await openAs(Core, place);
  const booked = await hb.book({ ...booking, start: "2026-11-23T06:20Z" });
  expect(booked).toMatchObject({ forecast: "unknown", problem: undefined });
  expect(hb.waiting()).toMatchObject([
    { id: booked.id, type: "appointment.book", input: { start: slot(1) }, forecast: "unknown" },
  ]);
  expect(hb.list("appointment")).toEqual([]);
  expect(hb.get("sheet", sheet.id)).toEqual(sheet);
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1, rejected: 0, waiting: 0 });
  expect(await booked.outcome()).toMatchObject({ id: booked.id, status: "applied" });
  expect(hb.get("appointment", booked.id)).toEqual(place.server.get("appointment", booked.id));
  expect(hb.get("sheet", sheet.id)).toEqual(place.server.get("sheet", sheet.id));
  expect(hb.waiting()).toEqual([]);
});

test("the core leaves to the server what cannot be, and refuses what no server could read", async () => {
  const place = scene();
  await using hb = await openAs(Core, place);
  await hb.signIn({ login: "amina", password });
  await hb.sync();
  const first = await hb.book(booking);
  const second = await hb.book({ ...booking, patient: otieno.id });
  expect(second.forecast).toBe("unknown");
  await expect(hb.book({ ...booking, start: "next tuesday" })).rejects.toMatchObject({
    code: "malformed",
    path: "input.start",
  });
  await hb.sync();
  expect(await hb.outcomes()).toMatchObject([
    { id: first.id, status: "applied" },
    { id: second.id, status: "rejected", problem: { code: "slot_taken" } },
  ]);
});

test("forecasts can be added over a core's store: what waits is foreseen from then on", async () => {
  const place = scene();
  await (await place.ready()).close();
  const core = await openAs(Core, place);
  const { id } = await core.book(booking);
  await core.close();
  await using hb = await openAs(HealthBridge, place);
  expect(hb).toBeInstanceOf(HealthBridge);
  expect(hb.waiting()).toMatchObject([{ id, forecast: "applied" }]);
  expect(hb.get("appointment", id)).toMatchObject({ start: slot(1), waiting: true });
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1, pulled: 0 });
  expect(hb.get("sheet", sheet.id)).toEqual(place.server.get("sheet", sheet.id));
});

test("forecasts can be left out again: nothing that was foreseen is taken for settled", async () => {
  const place = scene();
  const whole = await place.ready();
  const { id } = await whole.book(booking);
  await whole.close();
  await using hb = await openAs(Core, place);
  expect(hb.waiting()).toMatchObject([{ id, forecast: "unknown" }]);
  expect(hb.get("appointment", id)).toBeUndefined();
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
  expect(hb.get("appointment", id)).toEqual(place.server.get("appointment", id));
  expect(hb.get("sheet", sheet.id)).toEqual(place.server.get("sheet", sheet.id));
});

test("an answer that was lost under the whole SDK is heard by the core: what was foreseen and sent counts", async () => {
  const place = scene();
  const whole = await place.ready();
  const { id } = await whole.book(booking);
  place.line.faults.push(async (_request, go) => {
    await go();
    return Response.error();
  });
  expect(await whole.sync()).toMatchObject({ done: false });
  await whole.close();
  await using hb = await openAs(Core, place);
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
  expect(hb.get("appointment", id)).toEqual(place.server.get("appointment", id));
  expect(hb.get("sheet", sheet.id)).toEqual(place.server.get("sheet", sheet.id));
});
