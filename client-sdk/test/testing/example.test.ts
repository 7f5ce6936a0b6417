import { createLab } from "@healthbridge/client-sdk/testing";
import { expect, test } from "vitest";

const password = "seven goats cross the river";

test("a booking made in a village without network settles when the bus reaches town", async () => {
  await using lab = createLab({ seed: 7 });
  const doctor = lab.server.addDoctor({ name: "Dr Achieng", hours: { from: "10:00", to: "12:00" } });
  lab.server.addAccount({ login: "amina", password, role: "staff", clinics: [doctor.clinic] });
  const { hb, network } = await lab.device({
    login: "amina",
    follow: ["directory", `calendar:${doctor.id}`],
  });
  const [start = ""] = lab.server.freeStarts(doctor.id);

  network.goOffline();
  const patient = await hb.registerPatient({ name: "Wanjiru Kamau", clinic: doctor.clinic });
  const booking = await hb.book({ doctor: doctor.id, patient: patient.id, start });
  expect(booking.forecast).toBe("applied");
  await lab.time.advance(30 * 60_000);
  expect(lab.server.list("appointment")).toEqual([]);

  network.use("2g");
  await lab.time.advance(60_000);
  expect(lab.server.get("appointment", booking.id)).toMatchObject({ status: "booked", start });
  expect(await hb.outcomes()).toMatchObject([{ status: "applied" }, { status: "applied" }]);
});

test("whoever comes second is told so, and when else there would be time", async () => {
  await using lab = createLab();
  const doctor = lab.server.addDoctor();
  const patient = lab.server.addPatient();
  lab.server.addAccount({ login: "amina", password, role: "staff", clinics: [doctor.clinic] });
  const { hb, network } = await lab.device({
    login: "amina",
    follow: ["directory", `calendar:${doctor.id}`],
  });
  const [start = "", next = ""] = lab.server.freeStarts(doctor.id);

  network.goOffline();
  const booking = await hb.book({ doctor: doctor.id, patient: patient.id, start });
  lab.server.bookElsewhere({ doctor: doctor.id, start });
  network.goOnline();

  const outcome = await lab.time.run(booking.outcome());
  expect(outcome).toMatchObject({ status: "rejected", problem: { code: "slot_taken" } });
  expect(outcome.problem?.alternatives).toContain(next);
});

test.each([1, 2, 3, 4, 5])(
  "an app that is killed on a line that comes and goes loses nothing (seed %i)",
  async (seed) => {
    await using lab = createLab({ seed });
    const doctor = lab.server.addDoctor();
    lab.server.addAccount({ login: "amina", password, role: "staff", clinics: [doctor.clinic] });
    const device = await lab.device({ login: "amina" });

    device.network.use("flap", { seed });
    const queued: string[] = [];
    for (let row = 1; row <= 20; row += 1) {
      const { id } = await device.hb.registerPatient({ name: `Patient ${row}`, clinic: doctor.clinic });
      queued.push(id);
      await lab.time.advance(lab.random.between(100, 10_000));
      if (lab.random.percent(20)) await device.restart();
    }

    device.network.use("2g");
    await lab.time.advance(300_000);
    expect(lab.server.list("patient").map(({ id }) => id)).toEqual(queued);
  },
);

test("a phone that is full says so, and keeps what it has", async () => {
  await using lab = createLab({ network: "offline" });
  const { hb, disk } = await lab.device();
  const kept = await hb.registerPatient({ name: "Otieno Ouma" });
  disk.fill();
  await expect(hb.registerPatient({ name: "Njeri" })).rejects.toMatchObject({ code: "store_full" });
  expect(hb.waiting().map(({ id }) => id)).toEqual([kept.id]);
});
