import { expect, test } from "vitest";
import { HealthBridge, HealthBridgeError, memoryStore, StoreError } from "../src/index.ts";
import { clinic, doctor, otieno, slot, wanjiru } from "./support/clinic.ts";
import { scene, useNetwork } from "./support/scene.ts";

useNetwork();

test("an operation survives a crash the moment its call has resolved", async () => {
  const { disk, open, ready } = scene();
  const hb = await ready();
  const booked = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  disk.crash();
  const again = await open();
  expect(again.waiting()).toMatchObject([{ id: booked.id, type: "appointment.book", forecast: "applied" }]);
  expect(again.get("appointment", booked.id)).toMatchObject({ waiting: true });
  expect(await again.sync()).toMatchObject({ applied: 1, done: true });
});

test("invalid input is refused with its path before anything is kept", async () => {
  const { open } = scene();
  const hb = await open();
  const wrong = hb.book({ doctor: "nobody", patient: wanjiru.id, start: "next tuesday" });
  await expect(wrong).rejects.toMatchObject({ code: "malformed", path: "input.doctor", retry: "never" });
  const extra = { doctor: doctor.id, patient: wanjiru.id, start: slot(0), colour: "red" };
  await expect(hb.book(extra)).rejects.toMatchObject({ code: "unknown_field", path: "input.colour" });
  expect(hb.waiting()).toEqual([]);
  expect(HealthBridge.check("appointment.book", extra)).toMatchObject({ code: "unknown_field" });
});

test("what is no input at all is refused like what is wrong in one, and never thrown at once", async () => {
  const { open } = scene();
  const hb = await open();
  const loose: LooseCalls = hb;
  for (const none of [null, undefined, "Kamau", [wanjiru.id]]) {
    const lacking = (path: string): object => ({ code: "malformed", path });
    await expect(loose.registerPatient(none)).rejects.toMatchObject(lacking("input.name"));
    await expect(loose.cancel(none)).rejects.toMatchObject(lacking("input.appointment"));
    await expect(loose.book(none)).rejects.toMatchObject({ code: "malformed" });
    await expect(loose.reschedule(none)).rejects.toMatchObject({ code: "malformed" });
    await expect(loose.hold(none)).rejects.toMatchObject({ code: "malformed" });
  }
  for (const start of [undefined, null, 9, {}, new Date(Number.NaN)]) {
    const wrong = loose.book({ doctor: doctor.id, patient: wanjiru.id, start });
    await expect(wrong).rejects.toMatchObject({ code: "malformed", path: "input.start" });
  }
  const maker = loose.enqueueMany([{ type: "appointment.cancel", input: () => null }]);
  await expect(maker).rejects.toMatchObject({ code: "malformed", path: "input.appointment", index: 0 });
  await expect(maker).rejects.toBeInstanceOf(HealthBridgeError);
  expect(hb.waiting()).toEqual([]);
});

test("nothing of a list is kept when one of it is wrong, and the error names its place", async () => {
  const { open } = scene();
  const hb = await open();
  const good = { type: "patient.register" as const, input: { name: "Kamau", clinic: clinic.id } };
  const list = [good, { ...good, input: { name: "" } }];
  await expect(hb.enqueueMany(list)).rejects.toMatchObject({
    code: "malformed",
    path: "input.name",
    index: 1,
  });
  expect(hb.waiting()).toEqual([]);
});

test("a full device rejects visibly and keeps the older queue", async () => {
  const { disk, ready } = scene();
  const hb = await ready();
  const kept = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  disk.capacity = 0;
  const failed = hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(1) });
  await expect(failed).rejects.toBeInstanceOf(HealthBridgeError);
  await expect(failed).rejects.toMatchObject({ code: "store_full", retry: "later" });
  expect(hb.waiting().map(({ id }) => id)).toEqual([kept.id]);
  disk.capacity = Infinity;
  const next = await hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(1) });
  expect(next.number).toBe(kept.number + 1);
});

test("a device with no room for what is new still keeps what became of what it asked for", async () => {
  const { disk, ready, server } = scene();
  const inner = memoryStore(disk);
  let room = Infinity;
  const hb = await ready({
    store: {
      async transaction(mode, work) {
        let size = 0;
        const result = await inner.transaction(mode, (tx) =>
          work({
            get: (table, key) => tx.get(table, key),
            list: (table, range) => tx.list(table, range),
            put: async (table, key, value) => {
              size += JSON.stringify(value).length;
              if (size > room) throw new StoreError("store_full", "This device is full.");
              await tx.put(table, key, value);
            },
            delete: (table, key) => tx.delete(table, key),
            clear: (table, prefix) => tx.clear(table, prefix),
          }),
        );
        room -= size;
        return result;
      },
      close: () => inner.close(),
    },
  });
  for (let at = 0; at < 60; at += 1)
    server.put("patient", { ...otieno, id: `patientpatientpa.${100 + at}`, name: `Patient ${at}` });
  const { id } = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  room = 3_000;
  expect(await hb.sync()).toMatchObject({ applied: 1, waiting: 0, problem: { code: "store_full" } });
  expect(await hb.outcomes()).toMatchObject([{ id, status: "applied" }]);
  room = Infinity;
  expect(await hb.sync()).toMatchObject({ done: true });
  expect(hb.list("patient")).toHaveLength(63);
});

test("a store that has to run a write again leaves no number out, and loses no operation", async () => {
  const { disk, open, ready, server } = scene();
  const inner = memoryStore(disk);
  let interrupted = false;
  const hb = await ready({
    store: {
      async transaction(mode, work) {
        if (mode === "write" && interrupted) {
          interrupted = false;
          const cut = inner.transaction(mode, async (tx) => {
            await work(tx);
            throw new Error("the browser closed the database");
          });
          await expect(cut).rejects.toThrow("the browser closed the database");
        }
        return inner.transaction(mode, work);
      },
      close: () => inner.close(),
    },
  });
  interrupted = true;
  const registered = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  expect(registered.number).toBe(1);
  disk.crash();
  const again = await open();
  expect(again.waiting().map(({ id }) => id)).toEqual([registered.id]);
  expect(await again.sync()).toMatchObject({ done: true, applied: 1 });
  expect(server.get("patient", registered.id)).toMatchObject({ name: "Kamau" });
});

test("what is queued is what it was when the call was made, whatever the app writes in its objects next", async () => {
  const { open } = scene();
  const hb = await open();
  const row = { name: "", clinic: clinic.id };
  const calls = ["Kamau", "Achieng"].map((name) => {
    row.name = name;
    return hb.registerPatient(row);
  });
  await Promise.all(calls);
  const list = Array.from({ length: 300 }, (_, at) => ({
    type: "patient.register" as const,
    input: { name: `Patient ${at}`, clinic: clinic.id },
  }));
  const all = hb.enqueueMany(list);
  list.length = 0;
  expect(await all).toHaveLength(300);
  const names = hb.waiting().map(({ input }) => input["name"]);
  expect(names.slice(0, 3)).toEqual(["Kamau", "Achieng", "Patient 0"]);
  expect(names).toHaveLength(302);
});

test("an operation can name what an earlier one, still queued, creates", async () => {
  const { ready, server } = scene();
  const hb = await ready();
  const [registered, booked] = await hb.enqueueMany([
    { type: "patient.register", input: { name: "Njeri", clinic: clinic.id } },
    { type: "appointment.book", input: ([patient = ""]) => ({ doctor: doctor.id, patient, start: slot(2) }) },
  ]);
  expect(booked?.forecast).toBe("applied");
  expect(await hb.sync()).toMatchObject({ applied: 2 });
  expect(server.get("appointment", booked?.id ?? "")?.patient).toBe(registered?.id);
});

test("a reference makes queueing repeatable after a kill in the middle", async () => {
  const { disk, open, ready } = scene();
  const rows = Array.from({ length: 5 }, (_, at) => ({
    type: "patient.register" as const,
    input: { name: `Patient ${at}`, clinic: clinic.id },
    ref: `requests.csv:${at}`,
  }));
  const hb = await ready();
  const first = await hb.enqueueMany(rows.slice(0, 3));
  disk.crash();
  const again = await open();
  const all = await again.enqueueMany(rows);
  expect(all.map(({ known }) => known ?? false)).toEqual([true, true, true, false, false]);
  expect(all.slice(0, 3).map(({ id }) => id)).toEqual(first.map(({ id }) => id));
  expect(await again.sync()).toMatchObject({ applied: 5 });
  expect((await again.outcomes()).map(({ ref }) => ref)).toEqual(rows.map(({ ref }) => ref));
});

test("every operation has one outcome, told once and listed until it is acknowledged, across restarts", async () => {
  const { disk, open, ready } = scene();
  const hb = await ready();
  const told: string[] = [];
  hb.on("outcome", ({ id, status }) => told.push(`${id} ${status}`));
  const yes = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  const no = await hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(0) });
  const promise = no.outcome();
  await hb.sync();
  await hb.sync();
  expect(told).toEqual([`${yes.id} applied`, `${no.id} rejected`]);
  expect(await promise).toMatchObject({ status: "rejected", problem: { code: "slot_taken" } });
  disk.crash();
  const again = await open();
  expect((await again.outcomes()).map(({ id }) => id)).toEqual([yes.id, no.id]);
  await again.acknowledge([yes.id]);
  expect((await again.outcomes()).map(({ id }) => id)).toEqual([no.id]);
  await again.acknowledge([no.id]);
  expect(await again.outcomes()).toEqual([]);
});

test("urgent overtakes normal and bulk, but not what it needs", async () => {
  const { ready, server, line } = scene();
  const hb = await ready();
  const bulk = await hb.registerPatient({ name: "Bulk", clinic: clinic.id }, { lane: "bulk" });
  await hb.registerPatient({ name: "Normal", clinic: clinic.id });
  const early = await hb.registerPatient({ name: "Urgent", clinic: clinic.id }, { lane: "urgent" });
  const needs = { doctor: doctor.id, patient: bulk.id, start: slot(0) };
  const late = await hb.book(needs, { lane: "urgent" });
  await hb.sync();
  const sent = line.syncs.flatMap(({ body }) =>
    (body["operations"] ?? []).map(
      (each: { type: string; input: { name?: string } }) => each.input.name ?? each.type,
    ),
  );
  expect(sent).toEqual(["Urgent", "Normal", "Bulk", "appointment.book"]);
  expect(server.get("appointment", late.id)).toBeDefined();
  expect(early.id.split(".")[0]).toBe(late.id.split(".")[0]);
});

test("what depends on a rejected operation is rejected, and nothing else", async () => {
  const { ready } = scene();
  const hb = await ready();
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  const no = await hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(0) });
  await hb.updatePatient({ patient: otieno.id, village: "Makindu" }, { after: [no.id] });
  await hb.updatePatient({ patient: otieno.id, village: "Mtito" });
  await hb.sync();
  const codes = (await hb.outcomes()).map(({ problem }) => problem?.code);
  expect(codes).toEqual([undefined, "slot_taken", "dependency_failed", undefined]);
});

/** The calls as plain JavaScript makes them, where nothing checks what they are given. */
interface LooseCalls {
  registerPatient(input: unknown): Promise<unknown>;
  cancel(input: unknown): Promise<unknown>;
  book(input: unknown): Promise<unknown>;
  reschedule(input: unknown): Promise<unknown>;
  hold(input: unknown): Promise<unknown>;
  enqueueMany(items: unknown): Promise<unknown>;
}
