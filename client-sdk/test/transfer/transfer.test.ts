import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import { type HealthBridge, memoryDisk, memoryStore, type Store } from "../../src/index.ts";
import { exportQueue, importQueue, type TransferDevice } from "../../src/transfer/index.ts";
import { clinic, doctor, otieno, password, slot, wanjiru } from "../support/clinic.ts";
import { FakeRuntime, settled } from "../support/fake-runtime.ts";
import { type Scene, scene, useNetwork } from "../support/scene.ts";
import { openedVault, rowsOf } from "../support/vault.ts";

useNetwork();

const passphrase = "goats on the roof";

interface Device extends TransferDevice {
  readonly hb: HealthBridge;
  readonly store: Store;
}

/** A device of its own, with Amina signed in unless it is said otherwise. */
async function device(
  { ready, open, line }: Scene,
  name: string,
  store = memoryStore(),
  login = "amina",
): Promise<Device> {
  const runtime = new FakeRuntime(name);
  const hb = login === "amina" ? await ready({ store, runtime }) : await open({ store, runtime });
  if (login === "baraka") await hb.signIn({ login, password });
  return { hb, store, runtime, url: line.url };
}

/** Two devices of one account; the first has a registration, a booking for her, an urgent message-like operation, and no network since. */
async function twoDevices() {
  const place = scene();
  const first = await device(place, "first");
  const second = await device(place, "second");
  const patient = await first.hb.registerPatient({ name: "Kamau", clinic: clinic.id }, { ref: "row 1" });
  const booked = await first.hb.book(
    { doctor: doctor.id, patient: patient.id, start: slot(1) },
    { after: [patient.id], lane: "bulk", ref: "row 2" },
  );
  const other = await first.hb.book(
    { doctor: doctor.id, patient: wanjiru.id, start: slot(3) },
    { lane: "urgent" },
  );
  const ids = [patient.id, booked.id, other.id];
  return { ...place, place, first, second, ids, file: await exportQueue(first, { passphrase }) };
}

const booked = ({ server }: Scene): readonly string[] =>
  server
    .list("appointment")
    .map(({ start }) => start ?? "")
    .toSorted();

test("what waits on one device is sent by another, and the first one hears what became of it", async () => {
  const { first, second, ids, file, server, place } = await twoDevices();
  expect(await importQueue(second, file, { passphrase })).toEqual({ taken: 3, known: 0, refused: 0 });
  expect(second.hb.waiting().map(({ id }) => id)).toEqual(ids);
  expect(await second.hb.sync()).toMatchObject({ done: true, applied: 3, rejected: 0 });
  expect(booked(place)).toEqual([slot(1), slot(3)]);
  expect((await second.hb.outcomes()).map(({ id }) => id)).toEqual(ids);
  const moved: unknown[] = [];
  first.hb.on("moved", (moves) => moved.push(moves));
  expect(await first.hb.sync()).toMatchObject({ done: true, applied: 3, rejected: 0 });
  expect(moved).toEqual([]);
  expect(booked(place)).toHaveLength(2);
  expect(server.list("patient").filter(({ name }) => name === "Kamau")).toHaveLength(1);
  expect(first.hb.list("appointment")).toEqual(second.hb.list("appointment"));
  expect((await first.hb.outcomes()).map(({ id }) => id)).toEqual(ids);
});

test.each(["first", "second"] as const)(
  "both have it and both send, the %s one first: each operation is applied once, and both go on in lines of their own",
  async (faster) => {
    const { first, second, file, server, place } = await twoDevices();
    await importQueue(second, file, { passphrase });
    const moved: unknown[] = [];
    for (const each of [first, second]) each.hb.on("moved", (moves) => moved.push(moves));
    const [one, other] = faster === "first" ? [first, second] : [second, first];
    // The answer to the faster one is lost, and both write on before either has heard anything.
    place.line.faults.push(async (_, go) => {
      await go();
      return HttpResponse.error();
    });
    await one.hb.sync();
    await first.hb.registerPatient({ name: "On the first", clinic: clinic.id });
    await second.hb.registerPatient({ name: "On the second", clinic: clinic.id });
    await other.hb.sync();
    await one.hb.sync();
    expect(await other.hb.sync()).toMatchObject({ done: true, waiting: 0 });
    expect(moved).toEqual([]);
    const names = server.list("patient").map(({ name }) => name);
    expect(names.toSorted()).toEqual(["Kamau", "On the first", "On the second", "Otieno", "Wanjiru"]);
    expect(booked(place)).toEqual([slot(1), slot(3)]);
    await first.hb.sync();
    await second.hb.sync();
    expect(first.hb.list("appointment")).toEqual(second.hb.list("appointment"));
    expect(first.hb.list("patient")).toEqual(second.hb.list("patient"));
    for (const { hb } of [first, second])
      expect((await hb.outcomes()).filter(({ status }) => status === "rejected")).toEqual([]);
  },
);

test("both send at the same moment, again and again: one effect each", async () => {
  const { first, second, file, server, place } = await twoDevices();
  await importQueue(second, file, { passphrase });
  for (let round = 0; round < 3; round += 1) await Promise.all([first.hb.sync(), second.hb.sync()]);
  expect(booked(place)).toEqual([slot(1), slot(3)]);
  expect(server.list("patient").filter(({ name }) => name === "Kamau")).toHaveLength(1);
  expect([first.hb.waiting(), second.hb.waiting()]).toEqual([[], []]);
});

test("the file is imported twice: nothing is there twice", async () => {
  const { second, file } = await twoDevices();
  await importQueue(second, file, { passphrase });
  const before = await rowsOf(second.store);
  expect(await importQueue(second, file, { passphrase })).toEqual({ taken: 0, known: 3, refused: 0 });
  expect(await rowsOf(second.store)).toEqual(before);
  await second.hb.sync();
  expect(await importQueue(second, file, { passphrase })).toEqual({ taken: 0, known: 3, refused: 0 });
  expect(await second.hb.sync()).toMatchObject({ done: true, applied: 0, waiting: 0 });
});

test("imported where it came from, it changes nothing, before and after it was sent", async () => {
  const { first, file } = await twoDevices();
  expect(await importQueue(first, file, { passphrase })).toEqual({ taken: 0, known: 3, refused: 0 });
  const next = await first.hb.registerPatient({ name: "Njeri", clinic: clinic.id });
  expect(next.number).toBe(2);
  expect(await first.hb.sync()).toMatchObject({ done: true, applied: 4 });
  expect(await importQueue(first, file, { passphrase })).toEqual({ taken: 0, known: 3, refused: 0 });
  expect(first.hb.waiting()).toEqual([]);
});

test("a later file of the same device adds what came since, whether or not the earlier was sent meanwhile", async () => {
  for (const sentBetween of [false, true]) {
    const { first, second, file } = await twoDevices();
    await importQueue(second, file, { passphrase });
    if (sentBetween) await second.hb.sync();
    await first.hb.registerPatient({ name: "Njeri", clinic: clinic.id });
    const later = await exportQueue(first, { passphrase });
    expect(await importQueue(second, later, { passphrase })).toEqual({ taken: 1, known: 3, refused: 0 });
    expect(await second.hb.sync()).toMatchObject({ done: true, waiting: 0 });
    expect(await first.hb.sync()).toMatchObject({ done: true, applied: 4, rejected: 0 });
  }
});

test("a later file, made after the first device has sent: the gap is no gap once the second has sent as well", async () => {
  const { first, second, file, server } = await twoDevices();
  await importQueue(second, file, { passphrase });
  await first.hb.registerPatient({ name: "Njeri", clinic: clinic.id });
  await first.hb.sync();
  await first.hb.registerPatient({ name: "Mutua", clinic: clinic.id });
  const later = await exportQueue(first, { passphrase });
  // Of the same line something waits here, and what is between is on the first device alone.
  expect(await importQueue(second, later, { passphrase })).toEqual({ taken: 0, known: 0, refused: 1 });
  await second.hb.sync();
  expect(await importQueue(second, later, { passphrase })).toEqual({ taken: 1, known: 0, refused: 0 });
  expect(await second.hb.sync()).toMatchObject({ done: true, applied: 1, waiting: 0 });
  expect(await first.hb.sync()).toMatchObject({ done: true, applied: 1 });
  expect(
    server
      .list("patient")
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(["Kamau", "Mutua", "Njeri", "Otieno", "Wanjiru"]);
});

test("what is refused is refused once, and both hear the same reason", async () => {
  const { first, second, file, server } = await twoDevices();
  server.bookElsewhere({ doctor: doctor.id, start: slot(3) });
  await importQueue(second, file, { passphrase });
  expect(await second.hb.sync()).toMatchObject({ applied: 2, rejected: 1 });
  expect(await first.hb.sync()).toMatchObject({ applied: 2, rejected: 1 });
  const problems = async ({ hb }: Device) =>
    (await hb.outcomes()).map(({ id, problem }) => [id, problem?.code]);
  expect(await problems(first)).toEqual(await problems(second));
});

test("the first device is given away: the second one has it all, and goes on", async () => {
  const { first, second, file, server } = await twoDevices();
  await first.hb.close();
  await importQueue(second, file, { passphrase });
  const [patient = ""] = second.hb.waiting().map(({ id }) => id);
  // What is queued there after it names what was queued here.
  const next = await second.hb.book({ doctor: doctor.id, patient, start: slot(5) });
  expect(await second.hb.sync()).toMatchObject({ done: true, applied: 4, rejected: 0 });
  expect(server.get("appointment", next.id)).toMatchObject({ patient, start: slot(5) });
});

test("an operation that was sent, and whose answer never came, is carried like the others and not done twice", async () => {
  const place = scene();
  const first = await device(place, "first");
  const second = await device(place, "second");
  await first.hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(2) });
  place.line.faults.push(async (_, go) => {
    await go();
    return HttpResponse.error();
  });
  await first.hb.sync();
  await importQueue(second, await exportQueue(first, { passphrase }), { passphrase });
  expect(await second.hb.sync()).toMatchObject({ done: true, applied: 1 });
  expect(await first.hb.sync()).toMatchObject({ done: true, applied: 1 });
  expect(booked(place)).toEqual([slot(2)]);
  expect(second.hb.list("appointment")).toEqual(place.server.list("appointment"));
});

test.each(["first", "second"] as const)(
  "a server that was restored to before all of it has it back once, whichever comes first (the %s)",
  async (faster) => {
    const place = scene();
    const first = await device(place, "first");
    const second = await device(place, "second");
    const backup = place.server.backup();
    await first.hb.registerPatient({ name: "Settled", clinic: clinic.id });
    await first.hb.sync();
    await first.hb.acknowledge((await first.hb.outcomes()).map(({ id }) => id));
    await first.hb.registerPatient({ name: "Waits", clinic: clinic.id });
    await importQueue(second, await exportQueue(first, { passphrase }), { passphrase });
    expect((await second.hb.outcomes()).length).toBe(0);
    place.server.restoreFrom(backup);
    const order = faster === "first" ? [first, second] : [second, first];
    for (let round = 0; round < 2; round += 1) for (const { hb } of order) await hb.sync();
    const names = place.server.list("patient").map(({ name }) => name);
    expect(names.toSorted()).toEqual(["Otieno", "Settled", "Waits", "Wanjiru"]);
    expect([first.hb.waiting(), second.hb.waiting()]).toEqual([[], []]);
  },
);

test("a phone that was set back to a backup takes its own later queue in, and forks from nobody", async () => {
  const place = scene();
  const disk = memoryDisk();
  const first = await device(place, "first", memoryStore(disk));
  await first.hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  const backup = memoryDisk(disk);
  await first.hb.registerPatient({ name: "Njeri", clinic: clinic.id });
  const file = await exportQueue(first, { passphrase });
  await first.hb.close();
  const store = memoryStore(backup);
  const runtime = new FakeRuntime("restored");
  const restored = { hb: await place.open({ store, runtime }), store, runtime, url: place.line.url };
  expect(await importQueue(restored, file, { passphrase })).toEqual({ taken: 1, known: 1, refused: 0 });
  await restored.hb.registerPatient({ name: "Mutua", clinic: clinic.id });
  expect(await restored.hb.sync()).toMatchObject({ done: true, applied: 3, rejected: 0 });
});

test("where something else is under the same number, it is refused and what is here stays", async () => {
  const place = scene();
  const disk = memoryDisk();
  const first = await device(place, "first", memoryStore(disk));
  await first.hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  const store = memoryStore(memoryDisk(disk));
  const runtime = new FakeRuntime("copy");
  const copy = { hb: await place.open({ store, runtime }), store, runtime, url: place.line.url };
  await first.hb.registerPatient({ name: "On the first", clinic: clinic.id });
  await copy.hb.registerPatient({ name: "On the copy", clinic: clinic.id });
  const file = await exportQueue(first, { passphrase });
  expect(await importQueue(copy, file, { passphrase })).toEqual({ taken: 0, known: 1, refused: 1 });
  await copy.hb.sync();
  await first.hb.sync();
  const names = place.server.list("patient").map(({ name }) => name);
  expect(names.toSorted()).toEqual(["Kamau", "On the copy", "On the first", "Otieno", "Wanjiru"]);
});

test("a reference that this device has given to something else stays with that", async () => {
  const { second, file } = await twoDevices();
  const own = await second.hb.registerPatient({ name: "Njeri", clinic: clinic.id }, { ref: "row 1" });
  await importQueue(second, file, { passphrase });
  const again = { name: "Njeri", clinic: clinic.id };
  expect(await second.hb.registerPatient(again, { ref: "row 1" })).toMatchObject({ id: own.id, known: true });
  expect(second.hb.waiting().map(({ ref }) => ref)).toEqual(["row 1", undefined, "row 2", undefined]);
  await second.hb.sync();
  await second.hb.acknowledge((await second.hb.outcomes()).map(({ id }) => id));
  expect(second.hb.waiting()).toEqual([]);
});

test("an imported queue is sent by itself where the device syncs in the background", async () => {
  const { second, file, ids, server } = await twoDevices();
  second.hb.start();
  await settled();
  await importQueue(second, file, { passphrase });
  await settled();
  expect(server.get("patient", ids[0] ?? "")).toMatchObject({ name: "Kamau" });
});

test("a sealed device takes it in and gives it out", async () => {
  const { place, file, ids } = await twoDevices();
  const vault = await openedVault();
  const sealed = await device(place, "sealed", vault.seal(memoryStore()));
  await importQueue(sealed, file, { passphrase });
  const again = await exportQueue(sealed, { passphrase });
  const third = await device(place, "third");
  await importQueue(third, again, { passphrase });
  expect(third.hb.waiting().map(({ id }) => id)).toEqual(ids);
  vault.lock();
  await expect(exportQueue(sealed, { passphrase })).rejects.toMatchObject({ code: "store_locked" });
  await expect(importQueue(sealed, file, { passphrase })).rejects.toMatchObject({ code: "store_locked" });
});

test("another account's file, and nobody's device, change nothing", async () => {
  const { place, file } = await twoDevices();
  const baraka = await device(place, "baraka", memoryStore(), "baraka");
  const nobody = await device(place, "nobody", memoryStore(), "nobody");
  for (const [who, code] of [
    [baraka, "file_foreign"],
    [nobody, "not_signed_in"],
  ] as const) {
    const before = await rowsOf(who.store);
    await expect(importQueue(who, file, { passphrase })).rejects.toMatchObject({ code });
    expect(await rowsOf(who.store)).toEqual(before);
  }
  await expect(exportQueue(nobody, { passphrase })).rejects.toMatchObject({ code: "not_signed_in" });
});

test("nothing of a queue can be read in its file, and a short passphrase is refused", async () => {
  const { first, file } = await twoDevices();
  const text = Buffer.from(file).toString("latin1");
  expect(text.slice(0, 3)).toBe("HBQ");
  for (const word of ["Kamau", "appointment", "row 1", doctor.id]) expect(text).not.toContain(word);
  await expect(exportQueue(first, { passphrase: "too short" })).rejects.toMatchObject({
    code: "passphrase_weak",
  });
});

test("on a page to which the browser lends no cryptography both say so", async () => {
  const { first, second, file } = await twoDevices();
  const { subtle } = crypto;
  Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
  try {
    const code = "vault_unavailable";
    await expect(exportQueue(first, { passphrase })).rejects.toMatchObject({ code });
    await expect(importQueue(second, file, { passphrase })).rejects.toMatchObject({ code });
  } finally {
    Object.defineProperty(crypto, "subtle", { value: subtle, configurable: true });
  }
});

test("a wrong passphrase, and a file that is not whole or not one, say so and change nothing", async () => {
  const { second, file } = await twoDevices();
  const before = await rowsOf(second.store);
  const changed = (at: number, byte: number): Uint8Array =>
    file.map((was, place) => (place === at ? byte : was));
  const codes: Array<readonly [Uint8Array, string, string?]> = [
    [file, "passphrase_wrong", "goats in the roof"],
    [file.slice(0, -1), "file_damaged"],
    [file.slice(0, 100), "file_damaged"],
    [file.slice(0, 3), "file_damaged"],
    [new Uint8Array(), "file_damaged"],
    [new TextEncoder().encode("<html>a portal's page</html>".repeat(20)), "file_damaged"],
    [changed(80, (file[80] ?? 0) ^ 1), "file_damaged"],
    [changed(21, (file[21] ?? 0) ^ 1), "file_damaged"],
    [changed(3, 2), "file_newer"],
    [new Uint8Array([...file, 0]), "file_damaged"],
  ];
  for (const [bytes, code, other = passphrase] of codes)
    await expect(importQueue(second, bytes, { passphrase: other })).rejects.toMatchObject({ code });
  expect(await rowsOf(second.store)).toEqual(before);
});
