import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import { memoryDisk, memoryStore } from "../src/index.ts";
import { clinic, doctor, otieno, sheet, slot, wanjiru } from "./support/clinic.ts";
import { FakeRuntime } from "./support/fake-runtime.ts";
import { withMore } from "./support/line.ts";
import type { FakeServer } from "../src/testing/index.ts";
import { scene, useNetwork } from "./support/scene.ts";

useNetwork();

/** All that a server shows to anybody. */
const everything = (server: FakeServer): object => [
  server.list("patient"),
  server.list("appointment"),
  server.list("sheet"),
];

test("a copy of a device is told to fork: its work goes on under new ids, and what named the old ones names the new", async () => {
  const { ready, open, disk, server } = scene();
  const original = await ready();
  await original.registerPatient({ name: "First", clinic: clinic.id });
  await original.sync();
  const copied = memoryDisk(disk);
  const copy = await open({ store: memoryStore(copied) });
  await original.registerPatient({ name: "On the original", clinic: clinic.id });
  await original.sync();
  const moves: { from: string; to: string }[] = [];
  copy.on("moved", (list) => moves.push(...list));
  const patient = await copy.registerPatient({ name: "On the copy", clinic: clinic.id }, { ref: "p" });
  const booked = await copy.book(
    { doctor: doctor.id, patient: patient.id, start: slot(4) },
    { after: [patient.id] },
  );
  const urgent = await copy.book(
    { doctor: doctor.id, patient: patient.id, start: slot(7) },
    { lane: "urgent" },
  );
  expect(await copy.sync()).toMatchObject({ done: true, applied: 3, rejected: 0 });
  expect(moves.map(({ from }) => from)).toEqual([patient.id, booked.id]);
  const names = server.list("patient").map(({ name }) => name);
  expect(names).toContain("On the copy");
  expect(names).toContain("On the original");
  expect(server.get("appointment", moves[1]?.to ?? "")?.patient).toBe(moves[0]?.to);
  expect(server.get("appointment", urgent.id)?.patient).toBe(moves[0]?.to);
  await original.sync();
  expect(copy.list("patient")).toEqual(original.list("patient"));
  expect(copy.get("sheet", sheet.id)).toEqual(server.get("sheet", sheet.id));
  expect(await copy.registerPatient({ name: "Again", clinic: clinic.id }, { ref: "p" })).toMatchObject({
    known: true,
    id: moves[0]?.to,
  });
});

test("replaying a queue from a copy changes nothing and gets the same outcomes", async () => {
  const { ready, open, disk, server } = scene();
  const original = await ready();
  await original.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  await original.book({ doctor: doctor.id, patient: otieno.id, start: slot(0) });
  const copy = await open({ store: memoryStore(memoryDisk(disk)) });
  await original.sync();
  const before = everything(server);
  await copy.sync();
  expect(everything(server)).toEqual(before);
  expect(await copy.outcomes()).toEqual(await original.outcomes());
});

test("a copy that has nothing more to say in a stream hears what the original went on to say in it", async () => {
  const { ready, open, disk, server } = scene();
  const original = await ready();
  // What a device asks with when it has nothing to send.
  await original.registerPatient({ name: "Urgent", clinic: clinic.id }, { lane: "urgent" });
  await original.sync();
  await original.registerPatient({ name: "On both", clinic: clinic.id });
  const copy = await open({ store: memoryStore(memoryDisk(disk)) });
  await original.registerPatient({ name: "On the original", clinic: clinic.id });
  await original.sync();
  await copy.sync();
  expect(copy.list("patient")).toEqual(original.list("patient"));
  expect(copy.list("patient")).toHaveLength(server.list("patient").length);
});

test.each([false, true])(
  "a copy with more than one request's worth of queue gets each outcome and does nothing twice (the original wrote on: %s)",
  async (wroteOn) => {
    const { ready, open, disk, server } = scene();
    const original = await ready();
    // Of two for each slot one is refused; the first request of a new line carries 25.
    const items = Array.from({ length: 60 }, (_, at) => ({
      type: "appointment.book" as const,
      input: {
        doctor: doctor.id,
        patient: at % 2 === 0 ? wanjiru.id : otieno.id,
        start: slot(Math.floor(at / 2) % 9),
      },
    }));
    await original.enqueueMany(items);
    const copy = await open({ store: memoryStore(memoryDisk(disk)) });
    await original.sync();
    if (wroteOn) {
      await original.registerPatient({ name: "Later", clinic: clinic.id });
      await original.sync();
    }
    const before = everything(server);
    await copy.sync();
    expect(everything(server)).toEqual(before);
    const outcomes = (await original.outcomes()).filter(({ type }) => type === "appointment.book");
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["applied", "rejected"]));
    expect(await copy.outcomes()).toEqual(outcomes);
    await copy.registerPatient({ name: "On the copy", clinic: clinic.id });
    expect(await copy.sync()).toMatchObject({ done: true, applied: 1 });
  },
);

test("a server restored from a backup is offered again what it lost, under the same numbers", async () => {
  const { ready, server } = scene();
  const hb = await ready();
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  await hb.sync();
  const backup = server.backup();
  const lost = await hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(1) });
  const urgent = await hb.registerPatient({ name: "Lost too", clinic: clinic.id }, { lane: "urgent" });
  await hb.sync();
  await hb.acknowledge((await hb.outcomes()).map(({ id }) => id));
  server.restoreFrom(backup);
  const told: string[] = [];
  hb.on("outcome", ({ id }) => told.push(id));
  let offered = 0;
  hb.on("restored", ({ operations }) => (offered += operations));
  expect(await hb.sync()).toMatchObject({ done: true });
  expect(server.get("appointment", lost.id)).toMatchObject({ start: slot(1) });
  expect(server.get("patient", urgent.id)).toMatchObject({ name: "Lost too" });
  expect(offered).toBe(3); // with the one the backup held, for no device knows which was verified
  expect(told).toEqual([]); // as it was before: told once
  expect(hb.get("appointment", lost.id)).toEqual(server.get("appointment", lost.id));
  expect(hb.get("sheet", sheet.id)).toEqual(server.get("sheet", sheet.id));
});

test("what a restored server decides otherwise is told as a new outcome", async () => {
  const { ready, server } = scene();
  const hb = await ready();
  const backup = server.backup();
  const booked = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  await hb.sync();
  await hb.acknowledge([booked.id]);
  server.restoreFrom(backup);
  server.bookElsewhere({ doctor: doctor.id, start: slot(0) });
  await hb.sync();
  expect(await hb.outcomes()).toMatchObject([
    { id: booked.id, status: "rejected", note: "restored", problem: { code: "slot_taken" } },
  ]);
});

test("what builds on what a restored server lost waits until that is offered again, also where it lies in another lane", async () => {
  const { ready, server, line } = scene();
  const hb = await ready();
  const backup = server.backup();
  const patient = await hb.registerPatient({ name: "Lost", clinic: clinic.id });
  await hb.sync();
  server.restoreFrom(backup);
  const booked = await hb.book(
    { doctor: doctor.id, patient: patient.id, start: slot(2) },
    { lane: "urgent", after: [patient.id] },
  );
  line.seen.length = 0;
  expect(await hb.sync()).toMatchObject({ done: true });
  expect(line.syncs[0]?.body).toMatchObject({ operations: [{ type: "appointment.book" }], epoch: 1 });
  expect((await hb.outcomes()).filter(({ status }) => status === "rejected")).toEqual([]);
  expect(server.get("appointment", booked.id)).toMatchObject({ patient: patient.id });
  expect(hb.get("appointment", booked.id)).toEqual(server.get("appointment", booked.id));
});

test("the epoch travels only with what may build on something of another stream", async () => {
  const { ready, line } = scene();
  const hb = await ready();
  await hb.registerPatient({ name: "First", clinic: clinic.id });
  await hb.sync();
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(2) });
  await hb.sync();
  const sent = line.syncs.filter(({ body }) => body["operations"] !== undefined);
  expect(sent).toHaveLength(2);
  for (const { body } of sent) expect(body).not.toHaveProperty("epoch");
});

test("what a copy did first is shown as it came out, and everything is read anew for what has changed since", async () => {
  const { ready, open, disk, server } = scene();
  const original = await ready();
  const booked = await original.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  const copy = await open({ store: memoryStore(memoryDisk(disk)) });
  await original.sync();
  await original.cancel({ appointment: booked.id });
  await original.sync();
  const seen: unknown[] = [];
  copy.on("outcome", ({ id }) => seen.push(copy.get("appointment", id)?.id));
  await copy.sync();
  expect(seen).toEqual([booked.id]); // in sight when it is told
  expect(copy.get("appointment", booked.id)).toEqual(server.get("appointment", booked.id));
  expect(copy.get("sheet", sheet.id)).toEqual(server.get("sheet", sheet.id));
});

test("a disk that begins with what another holds goes its own way", async () => {
  const { ready, open, disk } = scene();
  const original = await ready();
  const copied = memoryDisk(disk);
  await original.registerPatient({ name: "Later", clinic: clinic.id });
  const copy = await open({ store: memoryStore(copied) });
  expect(copy.list("patient")).toHaveLength(2);
  expect(original.list("patient")).toHaveLength(3);
});

test("what a restored server still has stays in sight while everything is read anew", async () => {
  const { ready, server } = scene();
  const hb = await ready();
  const booked = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  await hb.sync();
  await hb.acknowledge((await hb.outcomes()).map(({ id }) => id));
  server.restoreFrom(server.backup());
  await hb.registerPatient({ name: "After", clinic: clinic.id });
  const shown = new Set<unknown>();
  hb.on("changed", () => shown.add(hb.get("appointment", booked.id)?.id));
  expect(await hb.sync()).toMatchObject({ done: true });
  expect([...shown]).toEqual([booked.id]);
});

test("what was queued before a number was used twice goes on meaning what the server knows by it", async () => {
  const { ready, open, disk, server } = scene();
  const original = await ready();
  // What a device asks with when it has nothing to send.
  await original.registerPatient({ name: "Urgent", clinic: clinic.id }, { lane: "urgent" });
  await original.registerPatient({ name: "First", clinic: clinic.id });
  await original.sync();
  const copy = await open({ store: memoryStore(memoryDisk(disk)) });
  const seen = await original.registerPatient({ name: "On the original", clinic: clinic.id });
  await original.sync();
  // The copy sees that patient and books for her, and then registers another one, under the same number of the same stream.
  await copy.sync();
  const booked = await copy.book({ doctor: doctor.id, patient: seen.id, start: slot(2) }, { lane: "bulk" });
  const other = await copy.registerPatient({ name: "On the copy", clinic: clinic.id });
  expect(other.id).toBe(seen.id);
  const moves: string[] = [];
  copy.on("moved", (list) => moves.push(...list.map(({ to }) => to)));
  expect(await copy.sync()).toMatchObject({ done: true, rejected: 0 });
  expect(server.get("appointment", booked.id)?.patient).toBe(seen.id);
  expect(server.get("patient", moves[0] ?? "")).toMatchObject({ name: "On the copy" });
});

test("what was queued while a question was under way, and sent first by a copy, is offered as it is and done once", async () => {
  const { ready, open, disk, server, line } = scene();
  const original = await ready();
  await original.registerPatient({ name: "First", clinic: clinic.id });
  await original.sync();
  line.faults.push(async (_, go) => {
    await original.registerPatient({ name: "On both", clinic: clinic.id });
    const copy = await open({ store: memoryStore(memoryDisk(disk)), runtime: new FakeRuntime("copy") });
    await copy.sync();
    return go();
  });
  expect(await original.sync()).toMatchObject({ done: true });
  expect(server.list("patient").filter(({ name }) => name === "On both")).toHaveLength(1);
  expect(original.list("patient")).toHaveLength(server.list("patient").length);
});

test("what a copy did first, and others changed since, is not put over that, though it was sent in vain before", async () => {
  const { ready, open, disk, server, line } = scene();
  const original = await ready();
  const update = { type: "patient.update", input: { patient: wanjiru.id, village: "Mbui Nzau" } } as const;
  await original.enqueueMany([update]);
  const copy = await open({ store: memoryStore(memoryDisk(disk)) });
  await original.sync();
  server.put("patient", { ...wanjiru, village: "Makindu" });
  // The copy reads that with what it sends first, and then sends what the original has sent; nobody hears it the first time.
  await copy.registerPatient({ name: "Urgent", clinic: clinic.id }, { lane: "urgent" });
  line.faults.push(
    (_, go) => go(),
    () => HttpResponse.error(),
  );
  await copy.sync().catch(() => undefined);
  expect(await copy.sync()).toMatchObject({ done: true });
  expect(copy.get("patient", wanjiru.id)).toMatchObject({ village: "Makindu" });
});

test("what a copy did first is not put over what others changed since, though everything is being read anew", async () => {
  const { ready, open, disk, server, line } = scene();
  const original = await ready();
  const { clinic: _clinic, ...elsewhere } = otieno;
  server.put("patient", elsewhere);
  server.forgetDeletions();
  const update = { type: "patient.update", input: { patient: wanjiru.id, village: "Mbui Nzau" } } as const;
  // Everything is to be read anew, and was but for the end of it, with what others made since of what a copy had done.
  line.faults.push(
    (_, go) => go(),
    async (_, go) => {
      await original.enqueueMany([update]);
      const copy = await open({ store: memoryStore(memoryDisk(disk)), runtime: new FakeRuntime("copy") });
      await copy.sync();
      server.put("patient", { ...wanjiru, village: "Makindu" });
      return withMore(await go());
    },
  );
  expect(await original.sync()).toMatchObject({ done: true, applied: 1 });
  expect(original.get("patient", wanjiru.id)).toMatchObject({ village: "Makindu" });
});
