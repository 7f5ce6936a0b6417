import { describe, expect, test } from "vitest";
import { createLab, type Lab, type LabOptions, type NetworkPreset } from "../../src/testing/index.ts";

const password = "seven goats cross the river";

/** A lab with a clinic, a doctor and two people who work there. */
function clinicLab(options: LabOptions = {}) {
  const lab = createLab(options);
  const doctor = lab.server.addDoctor({ hours: { from: "10:00", to: "12:00" } });
  for (const login of ["amina", "baraka"])
    lab.server.addAccount({ login, password, role: "staff", clinics: [doctor.clinic] });
  const [patient] = [lab.server.addPatient({ clinic: doctor.clinic })];
  const [start = ""] = lab.server.freeStarts(doctor.id);
  const open = (login = "amina", autoSync = true) =>
    lab.device({ login, autoSync, follow: [`calendar:${doctor.id}`] });
  return { lab, doctor, patient, start, open, booking: { doctor: doctor.id, patient: patient.id, start } };
}

describe("a device in the lab", () => {
  test("books offline, and is told what became of it once the network is back", async () => {
    const { lab, open, booking } = clinicLab();
    const device = await open();
    device.network.goOffline();
    const booked = await device.hb.book(booking);
    expect(booked.forecast).toBe("applied");
    await lab.time.advance(600_000);
    expect(lab.server.list("appointment")).toEqual([]);
    device.network.goOnline();
    await lab.time.advance(5_000);
    expect(lab.server.get("appointment", booked.id)).toMatchObject({
      status: "booked",
      start: booking.start,
    });
    expect(await device.hb.outcomes()).toMatchObject([{ id: booked.id, status: "applied" }]);
    await lab.close();
  });

  test("loses the time to somebody who was faster, and its wish comes true", async () => {
    const { lab, open, booking, doctor } = clinicLab();
    const device = await open();
    lab.network.goOffline();
    const booked = await device.hb.book({ ...booking, ifTaken: [{ wish: "sameDay" }] });
    lab.server.bookElsewhere({ doctor: doctor.id, start: booking.start });
    lab.network.goOnline();
    const outcome = await lab.time.run(booked.outcome());
    expect(outcome).toMatchObject({ status: "applied", output: { wish: 1 } });
    await lab.close();
  });

  test("keeps what is queued when the app is killed, in the middle of a request too", async () => {
    const { lab, open, booking } = clinicLab({ network: "2g" });
    const device = await open();
    const booked = await device.hb.book(booking);
    await lab.time.advance(100); // on its way
    device.crash();
    expect(() => device.hb).toThrow("restart");
    await lab.time.advance(3_600_000);
    const hb = await device.restart();
    expect(hb.waiting()).toMatchObject([{ id: booked.id }]);
    await lab.time.advance(60_000);
    expect(lab.server.list("appointment").map(({ id }) => id)).toEqual([booked.id]);
    expect(await hb.outcomes()).toMatchObject([{ id: booked.id, status: "applied" }]);
    await lab.close();
  });

  test("says that it is full, keeps what it has, and goes on once there is room", async () => {
    const { lab, open, booking } = clinicLab();
    const device = await open();
    device.disk.fill();
    await expect(device.hb.book(booking)).rejects.toMatchObject({ code: "store_full" });
    device.disk.free();
    const booked = await device.hb.book(booking);
    expect(await lab.time.run(booked.outcome())).toMatchObject({ status: "applied" });
    await lab.close();
  });

  test("takes a captive portal's page for no network at all", async () => {
    const { lab, open, booking } = clinicLab();
    const device = await open();
    for (const status of [200, 302, 511] as const) {
      device.network.captivePortal(status);
      await device.hb.checkIn({ appointment: "AAAAAAAAAAAAAAAA.1" });
      await lab.time.advance(120_000);
      expect(device.hb.status.get()).toMatchObject({ state: "offline", lastProblem: { code: "offline" } });
      expect(device.hb.status.get().account?.login).toBe("amina");
    }
    const booked = await device.hb.book(booking);
    device.network.goOnline();
    expect(await lab.time.run(booked.outcome())).toMatchObject({ status: "applied" });
    await lab.close();
  });

  test("sends once more what got lost on the way back, and it happens once", async () => {
    const { lab, open, booking } = clinicLab();
    const device = await open("amina", false);
    const booked = await device.hb.book(booking);
    device.network.next({ kind: "cut-response", after: 3 });
    expect(await lab.time.run(device.hb.sync())).toMatchObject({ done: false, waiting: 1 });
    expect(lab.server.list("appointment")).toHaveLength(1);
    expect(await lab.time.run(device.hb.sync())).toMatchObject({ done: true, applied: 1 });
    expect(lab.server.list("appointment").map(({ id }) => id)).toEqual([booked.id]);
    await lab.close();
  });

  test("offers a restored server what it lost", async () => {
    const { lab, open, booking } = clinicLab();
    const device = await open();
    const backup = lab.server.backup();
    const booked = await device.hb.book(booking);
    await lab.time.run(booked.outcome());
    lab.server.restoreFrom(backup);
    expect(lab.server.list("appointment")).toEqual([]);
    await lab.time.run(device.hb.sync());
    await lab.time.run(device.hb.sync());
    expect(lab.server.get("appointment", booked.id)).toMatchObject({ status: "booked" });
    await lab.close();
  });

  test("need not offer what is in a backup that was looked at, and is asked for a sign-in where that is gone", async () => {
    const { lab, open, booking } = clinicLab();
    const before = lab.server.backup();
    const device = await open();
    const codes: string[] = [];
    device.hb.on("signInNeeded", ({ code }) => codes.push(code));
    await device.hb.book(booking);
    await lab.time.run(device.hb.sync());
    lab.server.verify(lab.server.backup());
    lab.server.restoreFrom(before);
    await lab.time.run(device.hb.sync());
    expect(codes).toEqual(["device_revoked"]);
    expect(device.hb.status.get().state).toBe("needs-sign-in");
    await lab.close();
  });

  test("is told to move on where it is a copy of another", async () => {
    const { lab, open, doctor } = clinicLab();
    const one = await open();
    await one.hb.registerPatient({ name: "Before", clinic: doctor.clinic });
    await lab.time.run(one.hb.sync());
    const other = await lab.copyOf(one);
    const moved: string[] = [];
    other.hb.on("moved", (moves) => moved.push(...moves.map(({ from }) => from)));
    await one.hb.registerPatient({ name: "On the original", clinic: doctor.clinic });
    await lab.time.run(one.hb.sync());
    const copied = await other.hb.registerPatient({ name: "On the copy", clinic: doctor.clinic });
    await lab.time.run(other.hb.sync());
    expect(moved).toEqual([copied.id]);
    expect(lab.server.list("patient").map(({ name }) => name)).toContain("On the copy");
    await lab.close();
  });

  test("has tabs that see each other's work and send it once", async () => {
    const { lab, open, booking } = clinicLab();
    const device = await open();
    const tab = await device.openTab();
    const booked = await tab.book(booking);
    expect(await lab.time.run(booked.outcome())).toMatchObject({ status: "applied" });
    await lab.time.settle();
    expect(device.hb.get("appointment", booked.id)).toMatchObject({ status: "booked" });
    expect(tab.waiting()).toEqual([]);
    await lab.close();
  });

  test("may have a clock that is wrong by years", async () => {
    const { lab, open, booking } = clinicLab();
    const device = await open();
    device.clockOffset = -10 * 365 * 86_400_000;
    const booked = await device.hb.book(booking);
    expect(await lab.time.run(booked.outcome())).toMatchObject({ status: "applied" });
    await lab.close();
  });
});

describe("a server in the lab", () => {
  test("that is busy is left alone for as long as it says", async () => {
    const { lab, open, booking } = clinicLab();
    const device = await open();
    lab.server.busy = { retryAfterSeconds: 120 };
    const booked = await device.hb.book(booking);
    await lab.time.advance(10_000);
    lab.server.busy = undefined;
    await lab.time.advance(100_000);
    expect(lab.server.list("appointment")).toEqual([]);
    await lab.time.advance(60_000);
    expect(await lab.time.run(booked.outcome())).toMatchObject({ status: "applied" });
    await lab.close();
  });

  test("signs a lost phone out, which keeps what it has queued", async () => {
    const { lab, open, booking } = clinicLab();
    const device = await open();
    await device.hb.book(booking);
    for (const { id } of lab.server.list("device")) lab.server.revokeDevice(id);
    await lab.time.advance(60_000);
    expect(device.hb.status.get()).toMatchObject({ state: "needs-sign-in", waiting: { total: 1 } });
    await lab.close();
  });

  test("takes renewed tokens when the old ones ran out", async () => {
    const { lab, open, booking } = clinicLab();
    const device = await open();
    lab.server.expireAccessTokens();
    const booked = await device.hb.book(booking);
    expect(await lab.time.run(booked.outcome())).toMatchObject({ status: "applied" });
    await lab.close();
  });
});

describe("a lab", () => {
  const story = async (lab: Lab, open: ReturnType<typeof clinicLab>["open"], preset: NetworkPreset) => {
    const seen: string[] = [];
    const devices = [await open("amina"), await open("baraka")];
    lab.network.use(preset, { seed: 3 });
    for (const [at, { hb }] of devices.entries()) {
      hb.on("outcome", ({ type, status, problem }) =>
        seen.push(`${lab.time.elapsed()} ${at} ${type} ${status} ${problem?.code ?? ""}`),
      );
      hb.status.subscribe(({ state }) => seen.push(`${lab.time.elapsed()} ${at} ${state}`));
    }
    const [doctor] = lab.server.list("doctor");
    const [patient] = lab.server.list("patient");
    for (const start of lab.server.freeStarts(doctor?.id ?? "").slice(0, 4)) {
      for (const { hb } of devices)
        await hb.book({ doctor: doctor?.id ?? "", patient: patient?.id ?? "", start });
      await lab.time.advance(lab.random.between(100, 20_000));
    }
    await lab.time.advance(600_000);
    return [...seen, ...devices.map(({ network }) => JSON.stringify(network.carried))];
  };

  test.each(["2g", "flap", "lan"] as const)(
    "runs the same way for the same seed, and otherwise for another (%s)",
    async (preset) => {
      const run = async (seed: number): Promise<readonly string[]> => {
        const { lab, open } = clinicLab({ seed });
        const seen = await story(lab, open, preset);
        await lab.close();
        return seen;
      };
      const first = await run(7);
      expect(first.filter((line) => line.includes("appointment.book")).length).toBe(8);
      expect(await run(7)).toEqual(first);
      expect(await run(8)).not.toEqual(first);
    },
  );

  test("keeps lines to come as bad as those there are", async () => {
    await using lab = createLab({ network: "2g" });
    lab.server.addAccount({ login: "amina", password, role: "administrator" });
    lab.network.goOffline();
    await expect(lab.device({ login: "amina" })).rejects.toMatchObject({ code: "offline" });
    lab.network.goOnline();
    const { network } = await lab.device({ login: "amina" });
    expect(network.carried.up).toBeGreaterThan(0);
    expect(lab.time.elapsed()).toBeGreaterThan(800);
    await expect(lab.device({ login: "nobody" })).rejects.toThrow('no account "nobody"');
  });
});
