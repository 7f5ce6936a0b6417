import { expect, test } from "vitest";
import { type MemoryDisk, memoryStore, type Store, type StoreTransaction } from "../../src/index.ts";
import { syncWhileOpen } from "../../src/vault/index.ts";
import { clinic, doctor, slot, wanjiru } from "../support/clinic.ts";
import { settled } from "../support/fake-runtime.ts";
import { type Scene, scene, useNetwork } from "../support/scene.ts";
import { openedVault, pin, rowsOf } from "../support/vault.ts";

useNetwork();

/** A device whose store is sealed. */
async function sealedDevice({ disk, runtime, ready }: Scene, inner: Store = memoryStore(disk)) {
  const vault = await openedVault({ runtime, lockAfterMs: Infinity });
  const store = vault.seal(inner);
  return { vault, store, hb: await ready({ store }) };
}

/** A store that calls back before its next put into the outbox. */
function watched(disk: MemoryDisk, onPut: () => void): Store {
  const inner = memoryStore(disk);
  return {
    transaction: (mode, work) =>
      inner.transaction(mode, (tx) => {
        const seen: StoreTransaction = {
          get: tx.get.bind(tx),
          list: tx.list.bind(tx),
          delete: tx.delete.bind(tx),
          clear: tx.clear.bind(tx),
          put(table, key, value) {
            if (table === "outbox") onPut();
            return tx.put(table, key, value);
          },
        };
        return work(seen);
      }),
    close: () => inner.close(),
  };
}

test("a sealed device books, syncs and finds everything again after a restart; nobody reads a name on its disk", async () => {
  const place = scene();
  const { vault, hb } = await sealedDevice(place);
  const booked = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) }, { ref: "row 7" });
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  const kept = JSON.stringify(await rowsOf(memoryStore(place.disk)));
  for (const word of ["Wanjiru", "Kamau", "Amina", "Achieng", "Kibwezi", "row 7", doctor.id, "accessToken"])
    expect(kept).not.toContain(word);
  await hb.close();
  const again = await place.open({ store: vault.seal(memoryStore(place.disk)) });
  expect(again.get("appointment", booked.id)).toEqual(place.server.get("appointment", booked.id));
  expect(again.waiting()).toMatchObject([{ type: "patient.register" }]);
  expect(await again.sync()).toMatchObject({ done: true, applied: 1 });
});

test("what is queued while the vault is locked is refused as a whole, and the queue is as it was", async () => {
  const { vault, hb } = await sealedDevice(scene());
  const first = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  vault.lock();
  await expect(hb.registerPatient({ name: "Njeri", clinic: clinic.id })).rejects.toMatchObject({
    code: "store_locked",
    retry: "later",
  });
  expect(await hb.sync()).toMatchObject({ done: false, problem: { code: "store_locked" } });
  await vault.unlock({ pin });
  await hb.registerPatient({ name: "Njeri", clinic: clinic.id });
  expect(hb.waiting()).toMatchObject([
    { id: first.id, input: { name: "Kamau" } },
    { input: { name: "Njeri" } },
  ]);
  expect(await hb.sync()).toMatchObject({ done: true, applied: 2 });
});

test("a vault that locks in the middle of queueing keeps nothing of it, and no number is lost", async () => {
  const place = scene();
  let onPut = (): void => undefined;
  const { vault, store, hb } = await sealedDevice(
    place,
    watched(place.disk, () => onPut()),
  );
  const first = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  onPut = () => vault.lock();
  const many = hb.enqueueMany([
    { type: "patient.register", input: { name: "Njeri", clinic: clinic.id } },
    { type: "patient.register", input: { name: "Otieno", clinic: clinic.id } },
  ]);
  await expect(many).rejects.toMatchObject({ code: "store_locked" });
  onPut = () => undefined;
  await vault.unlock({ pin });
  expect(await store.transaction("read", (tx) => tx.list("outbox"))).toHaveLength(1);
  const next = await hb.registerPatient({ name: "Njeri", clinic: clinic.id });
  expect([first.number, next.number]).toEqual([1, 2]);
  expect(hb.waiting()).toHaveLength(2);
  expect(await hb.sync()).toMatchObject({ done: true, applied: 2 });
});

test("an answer that comes while the vault is locked is asked for again: everything is applied once, and told once", async () => {
  const place = scene();
  const { vault, hb } = await sealedDevice(place);
  const told: string[] = [];
  hb.on("outcome", ({ id }) => told.push(id));
  const booked = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  place.line.faults.push(async (_, go) => {
    const answer = await go();
    vault.lock();
    return answer;
  });
  expect(await hb.sync()).toMatchObject({ done: false, problem: { code: "store_locked" } });
  expect(place.server.get("appointment", booked.id)).toMatchObject({ status: "booked" });
  expect(told).toEqual([]);
  await vault.unlock({ pin });
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1, waiting: 0 });
  expect(told).toEqual([booked.id]);
  expect(place.server.list("appointment")).toHaveLength(1);
  expect(await hb.outcomes()).toMatchObject([{ id: booked.id, status: "applied" }]);
});

test("syncing in the background rests while the vault is locked, and goes on by itself when it is open", async () => {
  const place = scene();
  const { vault, hb } = await sealedDevice(place);
  const stop = syncWhileOpen(vault, hb);
  const booked = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  await settled();
  expect(place.server.get("appointment", booked.id)).toBeDefined();
  const next = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  vault.lock();
  await settled();
  const asked = place.line.seen.length;
  await place.runtime.advance(3_600_000);
  expect(place.line.seen).toHaveLength(asked);
  expect(hb.status.get()).toMatchObject({ started: false });
  await vault.unlock({ pin });
  await settled();
  expect(place.server.get("patient", next.id)).toBeDefined();
  expect(hb.waiting()).toEqual([]);
  stop();
});

test("without that it tries again after a while, and finds the vault open", async () => {
  const place = scene();
  const { vault, hb } = await sealedDevice(place);
  vault.lock();
  hb.start();
  await settled();
  expect(hb.status.get().lastProblem).toMatchObject({ code: "store_locked" });
  await vault.unlock({ pin });
  await place.runtime.advance(300_000);
  expect(hb.status.get()).toMatchObject({ state: "online", lastProblem: undefined });
});

test("a device is closed while its vault is locked, and opens again with all that waited", async () => {
  const place = scene();
  const { vault, store, hb } = await sealedDevice(place);
  const { id } = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  vault.lock();
  await hb.close();
  await expect(place.open({ store: vault.seal(memoryStore(place.disk)) })).rejects.toMatchObject({
    code: "store_locked",
  });
  await vault.unlock({ pin });
  await expect(store.transaction("read", async () => 1)).rejects.toMatchObject({ code: "store_closed" });
  const again = await place.open({ store: vault.seal(memoryStore(place.disk)) });
  expect(again.waiting()).toMatchObject([{ id }]);
});

test("two tabs share a sealed store, each with its own PIN entry", async () => {
  const place = scene();
  const { vault, hb } = await sealedDevice(place);
  const other = await place.open({ store: vault.seal(memoryStore(place.disk)) });
  const { id } = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  await settled();
  expect(other.waiting()).toMatchObject([{ id }]);
  expect(await other.sync()).toMatchObject({ done: true, applied: 1 });
  await settled();
  expect(hb.waiting()).toEqual([]);
});

test("a reference is known again in a sealed store, also after its owner has signed in", async () => {
  const place = scene();
  const vault = await openedVault({ runtime: place.runtime });
  const hb = await place.open({ store: vault.seal(memoryStore(place.disk)) });
  const patient = { name: "Kamau" };
  const { id } = await hb.registerPatient(patient, { ref: "row 7" });
  await place.ready({ store: vault.seal(memoryStore(place.disk)) });
  expect(await hb.registerPatient(patient, { ref: "row 7" })).toMatchObject({ id, known: true });
});
