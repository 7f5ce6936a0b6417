import { withLetter } from "@healthbridge/schema";
import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import { memoryStore } from "../src/index.ts";
import { clinic, doctor, sheet, slot, wanjiru } from "./support/clinic.ts";
import { json, type SeenRequest } from "./support/line.ts";
import { scene, useNetwork } from "./support/scene.ts";

useNetwork();

/** the first slot of the sheet, in minutes */
const first = sheet.runs[0]?.[0] ?? 0;

test("an answer that was lost and heard later does not undo what somebody else did in between", async () => {
  const one = scene();
  const hb = await one.ready();
  const other = await one.ready({ store: memoryStore() });
  const booking = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) }, { lane: "bulk" });
  one.line.faults.push(async (_, go) => go().then(() => HttpResponse.error()));
  await hb.sync();
  await other.sync();
  await other.reschedule({ appointment: booking.id, start: slot(5) });
  await other.sync();
  // Goes first, and brings what is new: the booking as it is by now, which is not yet known to be done.
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id }, { lane: "urgent" });
  await hb.sync();
  expect(hb.get("appointment", booking.id)).toEqual(one.server.get("appointment", booking.id));
  expect(hb.get("sheet", sheet.id)).toEqual(one.server.get("sheet", sheet.id));
});

test("what others changed is not passed over where the reading of a feed stops in the middle and another stream is named next", async () => {
  const one = scene();
  const later = Array.from({ length: 12 }, (_, at) => ({
    ...sheet,
    id: `${doctor.id}/2026-12-${String(at + 1).padStart(2, "0")}`,
  }));
  for (const each of later) one.server.put("sheet", each);
  const hb = await one.ready();
  one.server.put("sheet", withLetter(sheet, first + 20, "b"));
  for (const each of later) one.server.put("sheet", withLetter(each, first, "x"));
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  // The answer to the booking had no room for changes.
  one.line.faults.push(async (_, go) =>
    json({ ...(await (await go()).json()), changes: [], cursors: "", more: true }),
  );
  await hb.sync({ until: "settled" });
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id }, { lane: "urgent" });
  await hb.sync({ budget: 1_024 });
  expect(hb.get("sheet", sheet.id)).toEqual(one.server.get("sheet", sheet.id));
});

test("a move that overtakes an earlier one of the same appointment gives back the slot it really had", async () => {
  const one = scene();
  const hb = await one.ready();
  const { id: appointment } = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  await hb.sync();
  await hb.reschedule({ appointment, start: slot(5) }, { lane: "bulk" });
  await hb.reschedule({ appointment, start: slot(8) }, { lane: "urgent" });
  await hb.sync();
  expect(one.server.get("appointment", appointment)).toMatchObject({ start: slot(5) });
  expect(one.server.get("sheet", sheet.id)).toEqual(withLetter(sheet, first + 5 * 20, "b"));
  expect(hb.get("sheet", sheet.id)).toEqual(one.server.get("sheet", sheet.id));
});

test("a device that always has something to send goes on reading what it had begun to read", async () => {
  const one = scene();
  const hb = await one.ready();
  for (let at = 1; at <= 12; at += 1)
    one.server.put("sheet", { ...sheet, id: `${doctor.id}/2026-12-${String(at).padStart(2, "0")}` });
  await hb.registerPatient({ name: "First", clinic: clinic.id });
  // Stops in the middle, and from here on there is always one more operation.
  let made = 0;
  const more = async (): Promise<void> => {
    if ((made += 1) <= 12) await hb.registerPatient({ name: `Number ${made}`, clinic: clinic.id });
  };
  for (let turn = 0; turn < 12; turn += 1)
    one.line.faults.push(async (_, go) => {
      await more();
      return go();
    });
  await hb.sync({ budget: 1_024 });
  const reads = one.line.syncs.findIndex(({ body }) => body["operations"] === undefined);
  expect(reads).toBeGreaterThan(0);
  expect(reads).toBeLessThan(6);
});

test("a server that settles a part of what was sent is sent the rest, and nothing twice", async () => {
  const one = scene();
  const hb = await one.ready();
  for (const name of ["A", "B", "C"]) await hb.registerPatient({ name, clinic: clinic.id });
  one.line.faults.push((request) => one.server.fetch(firstOf(request, one.line.syncs.at(-1)?.body ?? {})));
  const report = await hb.sync();
  expect(report).toMatchObject({ done: true, applied: 3, waiting: 0 });
  const sent = one.line.syncs.flatMap(({ body }) =>
    body["operations"] === undefined ? [] : [[body["from"], body["operations"].length]],
  );
  expect(sent).toEqual([
    [1, 3],
    [2, 2],
  ]);
});

/** The request with nothing but its first operation: what a server comes to that answers in time. */
function firstOf(request: Request, body: SeenRequest["body"]): Request {
  const headers = new Headers(request.headers);
  headers.delete("content-encoding");
  const operations = body["operations"].slice(0, 1);
  return new Request(request.url, { method: "POST", headers, body: JSON.stringify({ ...body, operations }) });
}
