import { createLab, type NetworkPreset } from "../../src/testing/index.ts";

/** A day in the lab, as text that is the same whenever it is lived again. */
export async function live(preset: NetworkPreset, seed: number): Promise<readonly string[]> {
  const lab = createLab({ seed, network: preset });
  const doctor = lab.server.addDoctor();
  const { login } = lab.server.addAccount({
    login: "amina",
    password: "seven goats cross the river",
    role: "staff",
    clinics: [doctor.clinic],
  });
  const device = await lab.device({ login, follow: ["directory", `calendar:${doctor.id}`] });
  const told: string[] = [];
  const listen = (): void => {
    device.hb.on("outcome", ({ type, status }) => told.push(`${lab.time.elapsed()} ${type} ${status}`));
  };
  listen();
  for (const start of lab.server.freeStarts(doctor.id).slice(0, 8)) {
    const patient = await device.hb.registerPatient({ name: "Wanjiru", clinic: doctor.clinic });
    await device.hb.book({ doctor: doctor.id, patient: patient.id, start });
    await lab.time.advance(lab.random.between(100, 20_000));
    if (lab.random.percent(30)) {
      await device.restart();
      listen();
    }
  }
  await lab.time.advance(600_000);
  const { up, down } = device.network.carried;
  await lab.close();
  return [...told, `${lab.server.list("appointment").length} booked, ${up} up, ${down} down`];
}
