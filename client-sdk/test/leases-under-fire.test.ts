import type { EntityId } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { createLab, type Lab, type LabDevice } from "../src/testing/index.ts";

/** What a bad line, other lanes and other people do around a lease: whatever happens, a time that was confirmed is not confirmed again, nor given away. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PASSWORD = "seven goats cross the river";
const DATE = "2026-11-23";
const at = (time: string): string => `${DATE}T${time}+03:00`;

interface Desk extends AsyncDisposable {
  readonly lab: Lab;
  readonly doctor: EntityId;
  readonly clinic: EntityId;
  readonly device: LabDevice;
  readonly other: LabDevice;
  readonly patients: readonly EntityId[];
  /** its own times */
  readonly starts: readonly string[];
}

/** A laptop with six times of its own that syncs when it is told to, offline; and another one at the same clinic. */
async function desk(until = at("18:00")): Promise<Desk> {
  const lab = createLab({ seed: 11 });
  const { id: doctor, clinic } = lab.server.addDoctor();
  for (const login of ["amina", "baraka"])
    lab.server.addAccount({ login, password: PASSWORD, role: "staff", clinics: [clinic] });
  const patients = ["Wanjiru", "Otieno", "Njeri"].map((name) => lab.server.addPatient({ name, clinic }).id);
  const device = await lab.device({ login: "amina" });
  const other = await lab.device({ login: "baraka", follow: [`calendar:${doctor}`] });
  await device.hb.takeLease({ doctor, dates: [DATE], until, most: 6 });
  await lab.time.run(device.hb.sync());
  device.hb.stop();
  device.network.goOffline();
  const starts = device.hb.leasedTimes(doctor).map(({ start }) => start);
  return { lab, doctor, clinic, device, other, patients, starts, [Symbol.asyncDispose]: () => lab.close() };
}

/** Somebody else asks for a time. */
async function otherBooks({ lab, other, doctor, patients }: Desk, start: string): Promise<string> {
  await lab.time.run(other.hb.sync());
  const asked = await other.hb.book({ doctor, patient: patients[1] ?? "", start });
  await lab.time.run(other.hb.sync());
  return (await lab.time.run(asked.outcome())).status;
}

describe("a time that was confirmed is confirmed no second time", () => {
  test("while another feed is read for the first time, and outcomes come without pages", async () => {
    await using scene = await desk();
    const { lab, device, doctor, patients, starts } = scene;
    const [start = ""] = starts;
    const first = await device.hb.book({ doctor, patient: patients[0] ?? "", start });
    await device.hb.follow("directory");
    device.network.goOnline();
    await lab.time.run(device.hb.sync({ until: "settled" }));
    device.network.goOffline();
    const second = await device.hb.book({ doctor, patient: patients[1] ?? "", start });
    expect([first.forecast, second.forecast]).toEqual(["confirmed", "rejected"]);
  });

  test("wherever the answer is cut", async () => {
    const again: number[] = [];
    for (let after = 40; after < 1_500; after += 73) {
      await using scene = await desk();
      const { lab, device, doctor, patients, starts } = scene;
      const [start = ""] = starts;
      await device.hb.book({ doctor, patient: patients[0] ?? "", start });
      // A fresh process asks for lines.
      const hb = await device.restart();
      hb.stop();
      device.network.goOnline();
      const cut = { kind: "cut-request", after: 1 } as const;
      device.network.next({ kind: "cut-response", after }, cut, cut);
      await lab.time.run(hb.sync());
      device.network.goOffline();
      const { forecast } = await hb.book({ doctor, patient: patients[1] ?? "", start });
      if (forecast === "confirmed") again.push(after);
    }
    expect(again).toEqual([]);
  });

  test("while a batch in another lane is in doubt", async () => {
    await using scene = await desk();
    const { lab, device, doctor, clinic, patients, starts } = scene;
    const [start = ""] = starts;
    await device.hb.registerPatient({ name: "Someone", clinic });
    device.network.goOnline();
    device.network.next({ kind: "cut-response", after: 1 });
    await lab.time.run(device.hb.sync());
    device.network.goOffline();
    await device.hb.book({ doctor, patient: patients[0] ?? "", start }, { lane: "urgent" });
    device.network.goOnline();
    const cut = { kind: "cut-request", after: 1 } as const;
    device.network.next({ kind: "delay", ms: 0 }, cut, cut);
    await lab.time.run(device.hb.sync());
    device.network.goOffline();
    const second = await device.hb.book({ doctor, patient: patients[1] ?? "", start });
    expect(second.forecast).not.toBe("confirmed");
  });
});

describe("a time that was given back", () => {
  test("is confirmed no more, though its sheet was not shown since and somebody else has it", async () => {
    await using scene = await desk();
    const { lab, device, doctor, patients, starts } = scene;
    const [start = ""] = starts;
    await device.hb.giveBackLease({ doctor, starts: [start] });
    await device.hb.follow("directory");
    device.network.goOnline();
    await lab.time.run(device.hb.sync({ until: "settled" }));
    device.network.goOffline();
    expect(await otherBooks(scene, start)).toBe("applied");
    const again = await device.hb.book({ doctor, patient: patients[0] ?? "", start });
    expect(again.forecast).not.toBe("confirmed");
  });

  test("is none that was confirmed before and waits in a lane behind", async () => {
    await using scene = await desk();
    const { lab, device, doctor, patients, starts } = scene;
    const [start = ""] = starts;
    const first = await device.hb.book({ doctor, patient: patients[0] ?? "", start }, { lane: "bulk" });
    await device.hb.giveBackLease({ doctor, starts: [...starts] }, { lane: "urgent" });
    device.network.goOnline();
    device.network.next({ kind: "delay", ms: 0 }, { kind: "cut-request", after: 1 });
    await lab.time.run(device.hb.sync());
    expect(await otherBooks(scene, start)).toBe("rejected");
    await lab.time.run(device.hb.sync());
    expect(await lab.time.run(first.outcome())).toMatchObject({ status: "applied" });
    expect(lab.server.get("sheet", `${doctor}/${DATE}`)).not.toHaveProperty("leased");
  });

  test("can be asked for like any other behind it, in whichever lane", async () => {
    await using scene = await desk();
    const { lab, device, doctor, patients, starts } = scene;
    const [start = ""] = starts;
    await device.hb.giveBackLease({ doctor, starts: [start] }, { lane: "bulk" });
    const asked = await device.hb.book({ doctor, patient: patients[0] ?? "", start }, { lane: "urgent" });
    device.network.goOnline();
    await lab.time.run(device.hb.sync());
    expect(await lab.time.run(asked.outcome())).toMatchObject({ status: "applied" });
  });

  test("by itself is so as well where the doctor's hours had left it, and does not come back with them", async () => {
    await using scene = await desk(at("12:00"));
    const { lab, device, other, doctor } = scene;
    const except = async (hours: readonly { from: string; to: string }[]) => {
      await other.hb.exceptAvailability({ doctor, dates: [{ date: DATE, hours: [...hours] }] });
      await lab.time.run(other.hb.sync());
    };
    await except([]);
    await lab.time.advance(3 * HOUR + MINUTE);
    await lab.time.run(device.hb.sync());
    device.network.goOnline();
    for (let round = 0; round < 2; round += 1) await lab.time.run(device.hb.sync());
    await except([{ from: "09:00", to: "17:00" }]);
    expect(lab.server.get("sheet", `${doctor}/${DATE}`)).not.toHaveProperty("leased");
  });
});
