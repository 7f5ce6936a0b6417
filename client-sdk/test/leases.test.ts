import type { EntityId } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { createLab, type Lab, type LabDevice } from "../src/testing/index.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PASSWORD = "seven goats cross the river";
/** Monday 23 November 2026, 09:00 in Nairobi, when a lab begins. */
const DATE = "2026-11-23";
const at = (time: string): string => `${DATE}T${time}+03:00`;

interface Desk {
  readonly lab: Lab;
  readonly doctor: EntityId;
  readonly clinic: EntityId;
  readonly device: LabDevice;
  readonly patients: readonly EntityId[];
}

/** A clinic's laptop that has taken the times from 16:00 on, until a moment, and has just lost the network. */
async function desk(until = at("18:00"), login = "amina"): Promise<Desk & AsyncDisposable> {
  const lab = createLab({ seed: 11 });
  const doctor = lab.server.addDoctor();
  const { clinic } = doctor;
  lab.server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [clinic] });
  lab.server.addAccount({ login: "baraka", password: PASSWORD, role: "staff", clinics: [clinic] });
  const device = await lab.device({ login });
  const patients = ["Wanjiru", "Otieno", "Njeri"].map((name) => lab.server.addPatient({ name, clinic }).id);
  await lab.time.run(device.hb.sync());
  await device.hb.takeLease({ doctor: doctor.id, dates: [DATE], until, most: 6 });
  await lab.time.run(device.hb.sync());
  device.network.goOffline();
  return {
    lab,
    doctor: doctor.id,
    clinic,
    device,
    patients,
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

describe("a device with a lease", () => {
  test("confirms a time of its own at once, without a network, and the server books exactly it", async () => {
    await using scene = await desk();
    const { lab, device, doctor, patients } = scene;
    const [own] = device.hb.leasedTimes(doctor);
    expect(device.hb.leasedTimes()).toHaveLength(6);
    const start = own?.start ?? "";
    const booked = await device.hb.book({ doctor, patient: patients[0] ?? "", start });
    expect(booked.forecast).toBe("confirmed");
    expect(device.hb.get("appointment", booked.id)).toMatchObject({
      status: "booked",
      confirmed: true,
      start,
    });
    expect(device.hb.waiting()).toMatchObject([{ id: booked.id, forecast: "confirmed" }]);
    expect(device.hb.leasedTimes()).toHaveLength(5);
    await lab.time.advance(3 * HOUR);
    device.network.goOnline();
    await lab.time.run(device.hb.sync());
    expect(await lab.time.run(booked.outcome())).toMatchObject({ status: "applied" });
    expect(lab.server.get("appointment", booked.id)).toMatchObject({ status: "booked", start });
    expect(device.hb.get("appointment", booked.id)).toEqual(lab.server.get("appointment", booked.id));
  });

  test("confirms nothing twice, nothing that is not its own, and nobody's other appointment", async () => {
    await using scene = await desk();
    const { device, doctor, patients } = scene;
    const [first = "", second = "", third = ""] = patients;
    const [own, next] = device.hb.leasedTimes(doctor).map(({ start }) => start);
    const forecast = async (patient: string, start = "") =>
      (await device.hb.book({ doctor, patient, start })).forecast;
    expect(await forecast(first, own)).toBe("confirmed");
    expect(await forecast(second, own)).toBe("rejected");
    expect(await forecast(second, at("10:00"))).toBe("applied");
    expect(await forecast(first, own)).toBe("rejected");
    const after = await device.hb.registerPatient({ name: "New", clinic: scene.clinic });
    const depends = { doctor, patient: third, start: next ?? "" };
    expect((await device.hb.book(depends, { after: [after.id] })).forecast).toBe("rejected");
    expect(await forecast(third, next)).toBe("confirmed");
  });

  test("confirms for somebody whom it registered a moment ago", async () => {
    await using scene = await desk();
    const { lab, device, doctor, clinic } = scene;
    const patient = await device.hb.registerPatient({ name: "Achieng", clinic });
    const [own] = device.hb.leasedTimes(doctor);
    const booked = await device.hb.book({ doctor, patient: patient.id, start: own?.start ?? "" });
    expect(booked.forecast).toBe("confirmed");
    device.network.goOnline();
    await lab.time.run(device.hb.sync());
    expect(lab.server.get("appointment", booked.id)).toMatchObject({ status: "booked" });
  });

  test("confirms nothing for somebody whose registration depends on something that may fail", async () => {
    await using scene = await desk();
    const { device, doctor, clinic } = scene;
    const taken = await device.hb.takeLease({ doctor, dates: [DATE], until: at("18:00") });
    const patient = await device.hb.registerPatient({ name: "Achieng", clinic }, { after: [taken.id] });
    const start = device.hb.leasedTimes(doctor)[0]?.start ?? "";
    const booked = await device.hb.book({ doctor, patient: patient.id, start });
    expect(booked.forecast).not.toBe("confirmed");
  });

  test("keeps its word over a crash, and knows it afterwards", async () => {
    await using scene = await desk();
    const { lab, device, doctor, patients } = scene;
    const [own] = device.hb.leasedTimes(doctor);
    const booked = await device.hb.book({ doctor, patient: patients[0] ?? "", start: own?.start ?? "" });
    device.crash();
    const hb = await device.restart();
    expect(hb.waiting()).toMatchObject([{ id: booked.id, forecast: "confirmed" }]);
    expect(hb.get("appointment", booked.id)).toMatchObject({ confirmed: true });
    expect(hb.leasedTimes()).toHaveLength(5);
    device.network.goOnline();
    await lab.time.run(hb.sync());
    expect(lab.server.get("appointment", booked.id)).toMatchObject({ status: "booked" });
  });

  test("keeps its word where it cannot foresee anything any more: a hold of others on that day may be over", async () => {
    await using scene = await desk();
    const { lab, device, doctor, patients, clinic } = scene;
    device.network.goOnline();
    const other = await lab.device({ login: "baraka", follow: [`calendar:${doctor}`] });
    const held = lab.server.addPatient({ name: "Kamau", clinic }).id;
    await other.hb.hold({ doctor, patient: held, start: at("11:00"), minutes: 10 });
    await lab.time.run(other.hb.sync());
    await lab.time.run(device.hb.sync());
    device.network.goOffline();
    const [own] = device.hb.leasedTimes(doctor);
    const booked = await device.hb.book({ doctor, patient: patients[0] ?? "", start: own?.start ?? "" });
    expect(booked.forecast).toBe("confirmed");
    await lab.time.advance(20 * MINUTE);
    const hb = await device.restart();
    expect(hb.get("appointment", booked.id)).toMatchObject({ status: "booked", confirmed: true });
    expect(hb.leasedTimes()).toHaveLength(5);
    const again = await hb.book({ doctor, patient: patients[1] ?? "", start: own?.start ?? "" });
    expect(again.forecast).not.toBe("confirmed");
  });

  test("confirms a time no second time in the moment between the outcome and what the server then shows", async () => {
    await using scene = await desk();
    const { lab, device, doctor, patients } = scene;
    const [own, given] = device.hb.leasedTimes(doctor).map(({ start }) => start);
    device.hb.stop();
    const booked = await device.hb.book({ doctor, patient: patients[0] ?? "", start: own ?? "" });
    await device.hb.giveBackLease({ doctor, starts: [given ?? ""] });
    device.network.goOnline();
    await lab.time.run(device.hb.sync({ until: "settled", budget: 0 }));
    expect(await lab.time.run(booked.outcome())).toMatchObject({ status: "applied" });
    expect(device.hb.leasedTimes().map(({ start }) => start)).not.toContain(own);
    expect(device.hb.leasedTimes().map(({ start }) => start)).not.toContain(given);
    for (const start of [own, given]) {
      const again = await device.hb.book({ doctor, patient: patients[1] ?? "", start: start ?? "" });
      expect(again.forecast).not.toBe("confirmed");
    }
  });

  test("says of what was done to it since that it waits, not that it is certain", async () => {
    await using scene = await desk();
    const { device, doctor, patients } = scene;
    const [own] = device.hb.leasedTimes(doctor);
    const booked = await device.hb.book({ doctor, patient: patients[0] ?? "", start: own?.start ?? "" });
    await device.hb.reschedule({ appointment: booked.id, start: at("11:00") });
    const moved = device.hb.get("appointment", booked.id);
    expect(moved).toMatchObject({ start: at("11:00"), waiting: true });
    expect(moved).not.toHaveProperty("confirmed");
  });

  test("is one device: another one of the same clinic confirms none of its times", async () => {
    await using scene = await desk();
    const { lab, doctor, patients } = scene;
    const own = scene.device.hb.leasedTimes(doctor)[0]?.start ?? "";
    const other = await lab.device({ login: "baraka", follow: [`calendar:${doctor}`] });
    other.network.goOffline();
    expect(other.hb.leasedTimes()).toEqual([]);
    const asked = await other.hb.book({ doctor, patient: patients[1] ?? "", start: own });
    expect(asked.forecast).toBe("rejected");
  });
});

describe("the end of a lease", () => {
  test("comes a little early on the device, which then gives back what it has not used as soon as it can", async () => {
    await using scene = await desk(at("12:00"));
    const { lab, device, doctor, patients } = scene;
    const [own, next] = device.hb.leasedTimes(doctor).map(({ start }) => start);
    const confirmed = await device.hb.book({ doctor, patient: patients[0] ?? "", start: own ?? "" });
    await lab.time.advance(3 * HOUR - MINUTE); // 11:59
    expect(device.hb.leasedTimes()).toEqual([]);
    const late = await device.hb.book({ doctor, patient: patients[1] ?? "", start: next ?? "" });
    expect([confirmed.forecast, late.forecast]).toEqual(["confirmed", "rejected"]);
    await lab.time.advance(2 * MINUTE);
    device.network.goOnline();
    await lab.time.advance(10 * MINUTE);
    expect(lab.server.get("sheet", `${doctor}/${DATE}`)).not.toHaveProperty("leased");
    expect(lab.server.get("appointment", confirmed.id)).toMatchObject({ status: "booked" });
  });

  test("is told by the time that has passed, not by a clock that somebody set back", async () => {
    await using scene = await desk(at("12:00"));
    const { lab, device, doctor } = scene;
    await lab.time.advance(3 * HOUR);
    device.clockOffset = -5 * HOUR;
    expect(device.hb.leasedTimes(doctor)).toEqual([]);
  });

  test("is told by a clock that was set ahead as well: nothing is confirmed by it, and what was stays so", async () => {
    await using scene = await desk(at("12:00"));
    const { lab, device, doctor, patients } = scene;
    const own = device.hb.leasedTimes(doctor)[0]?.start ?? "";
    const booked = await device.hb.book({ doctor, patient: patients[0] ?? "", start: own });
    device.clockOffset = 5 * HOUR;
    expect(device.hb.leasedTimes(doctor)).toEqual([]);
    device.network.goOnline();
    await lab.time.advance(10 * MINUTE);
    expect(lab.server.get("appointment", booked.id)).toMatchObject({ status: "booked", start: own });
  });

  test("does not matter to what was confirmed before it, however long the device is away", async () => {
    await using scene = await desk(at("12:00"));
    const { lab, device, doctor, patients } = scene;
    const own = device.hb.leasedTimes(doctor)[0]?.start ?? "";
    const confirmed = await device.hb.book({ doctor, patient: patients[0] ?? "", start: own });
    await lab.time.advance(12 * HOUR);
    const baraka = await lab.device({ login: "baraka", follow: [`calendar:${doctor}`] });
    await baraka.hb.book({ doctor, patient: patients[1] ?? "", start: own });
    await lab.time.run(baraka.hb.sync());
    device.network.goOnline();
    await lab.time.run(device.hb.sync());
    expect(lab.server.get("appointment", confirmed.id)).toMatchObject({ status: "booked", start: own });
  });

  test("is now where times are given back: none of them is confirmed from that moment", async () => {
    await using scene = await desk();
    const { lab, device, doctor, patients } = scene;
    const [own = "", ...rest] = device.hb.leasedTimes(doctor).map(({ start }) => start);
    await device.hb.giveBackLease({ doctor, starts: [own] });
    expect(device.hb.leasedTimes().map(({ start }) => start)).toEqual(rest);
    const asked = await device.hb.book({ doctor, patient: patients[0] ?? "", start: own });
    expect(asked.forecast).toBe("applied");
    device.network.goOnline();
    await lab.time.run(device.hb.sync());
    expect(lab.server.get("appointment", asked.id)).toMatchObject({ status: "booked" });
    expect(device.hb.leasedTimes()).toHaveLength(5);
  });
});

describe("whoever signs out, or has to sign in anew", () => {
  test("gives back what she has not used, now or when she is back; what was confirmed is booked", async () => {
    await using scene = await desk();
    const { lab, device, doctor, patients } = scene;
    const own = device.hb.leasedTimes(doctor)[0]?.start ?? "";
    const booked = await device.hb.book({ doctor, patient: patients[0] ?? "", start: own });
    expect(await device.hb.signOut()).toEqual({ waiting: 2, discarded: 0 });
    device.network.goOnline();
    await lab.time.run(device.hb.signIn({ login: "amina", password: PASSWORD }));
    await lab.time.run(device.hb.sync());
    expect(lab.server.get("appointment", booked.id)).toMatchObject({ status: "booked", start: own });
    expect(lab.server.get("sheet", `${doctor}/${DATE}`)).not.toHaveProperty("leased");
  });

  test("is another device to the server, which gives back what the former one had", async () => {
    await using scene = await desk();
    const { lab, device, doctor } = scene;
    device.network.goOnline();
    await lab.time.run(device.hb.signIn({ login: "amina", password: PASSWORD }));
    await lab.time.run(device.hb.sync());
    expect(lab.server.get("sheet", `${doctor}/${DATE}`)).not.toHaveProperty("leased");
  });
});

test("two tabs of one device keep one lease: what one has confirmed the other does not", async () => {
  await using scene = await desk();
  const { device, doctor, patients } = scene;
  const second = await device.openTab();
  const own = device.hb.leasedTimes(doctor)[0]?.start ?? "";
  const both = await Promise.all([
    device.hb.book({ doctor, patient: patients[0] ?? "", start: own }),
    second.book({ doctor, patient: patients[1] ?? "", start: own }),
  ]);
  expect(both.map(({ forecast }) => forecast).toSorted()).toEqual(["confirmed", "rejected"]);
});
